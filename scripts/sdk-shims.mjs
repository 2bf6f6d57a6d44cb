// Stands in for the SDK's `_shims` in the bundle: docpin lists tools with schemas of its own and validates with zod.
import process from 'node:process';

export { process };

/** Never asked: docpin elicits nothing and has no output schemas. */
export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error('docpin bundles no JSON Schema validator');
  }
}
