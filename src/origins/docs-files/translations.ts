/** Languages that packages ship translated docs in; `is`, `no` and the like are left out, because they are words too. */
const language = 'ar|bn|cn|cs|de|el|es|fa|fr|he|hi|hu|id|it|ja|jp|ko|kr|nl|pl|pt|ro|ru|sv|th|tr|uk|ua|vi|zh';
const region = '(?:[-_](?:[a-z]{2}|hans|hant|latam))?';
const translatedFile = new RegExp(`^(.+?)[._-](?:${language})${region}(\\.(?:md|mdx|markdown|txt))$`, 'i');
const translatedFolder = new RegExp(`^(?:${language})${region}$`, 'i');
const english = /^en(?:[-_][a-z]{2})?$/i;

/** Takes out translations of files that stand beside them in English: `README.zh-CN.md` beside `README.md`. */
export function withoutTranslatedFiles(names: readonly string[]): readonly string[] {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return names.filter((name) => {
    const match = translatedFile.exec(name);
    if (match === null) return true;
    const [stem, ending] = [`${match[1]}`.toLowerCase(), `${match[2]}`.toLowerCase()];
    return !lower.has(`${stem}${ending}`) && !lower.has(`${stem}.en${ending}`);
  });
}

/** Takes out folders of translations (`docs/zh`) where the folder holds an English one, or anything in no language. */
export function withoutTranslatedFolders(folders: readonly string[], hasOwnDocs: boolean): readonly string[] {
  const others = folders.filter((name) => !translatedFolder.test(name));
  return hasOwnDocs || others.some((name) => english.test(name)) || others.length > 0 ? others : folders;
}
