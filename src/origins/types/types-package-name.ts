/** The package that holds the declarations of one that ships none: `@types/express`, `@types/scope__name`. */
export function typesPackageName(name: string): string {
  return `@types/${name.startsWith('@') ? name.slice(1).replace('/', '__') : name}`;
}
