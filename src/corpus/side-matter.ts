const funding = 'sponsors?|sponsorships?|sponsoring|backers?';
const people =
  'contribut(?:e|ing|ions?|ors?)|authors?|maintainers?|acknowledge?ments?|team members?|triagers?';
const terms = 'licen[cs](?:es?|ing)|copyright|code of conduct';

/** Words beside those that change nothing: "Our platinum sponsors", "MIT License", "How to contribute". */
const filler =
  'our|the|a|an|and|of|to|or|how|us|this|my|all|core|current|project|platinum|gold|silver|bronze|diamond|premium|special|github|open|collective|code|become|please|guide|guidelines?|mit|isc|bsd|apache|version|emeritus|with|thanks';

const notes = new RegExp(`^(?:(?:${filler}|${funding}|${people}|${terms}) )+$`);
const noteWords = new RegExp(`\\b(?:${funding}|${people}|${terms})\\b`);

/** What an overview does not begin with either, though a question may be about it. */
const project =
  /^(?:(?:the |project )?roadmap\b|(?:local |project )?develop(?:ment|ing)(?: setup| environment| guide| workflow)? $|(?:how to )?get(?:ting)? involved\b|contribut(?:e|ing) |(?:getting |need )?(?:help|support)(?: us.*| the .*)? $|(?:join (?:the|our) )?(?:community|discussions?|discord)(?: support)? $|(?:credits|funding|donat(?:e|ions?)) $|security(?: issues| policy)? $|online one click setup $)/;

/**
 * Whether a heading of a README leads to what concerns the project and not the use of it: sponsors, contributors, licence.
 * Only where that is all that it says; "License headers option" is a chapter.
 */
export function isProjectNote(heading: string): boolean {
  const words = wordsOf(heading);
  return notes.test(words) && noteWords.test(words);
}

/** The same for what an overview passes over, which is more: roadmaps, support, the setup for contributors. */
export function isBesideUse(heading: string): boolean {
  return isProjectNote(heading) || project.test(wordsOf(heading));
}

/** Lower case, letters and digits alone, a space after each word. */
function wordsOf(heading: string): string {
  return `${heading
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}
