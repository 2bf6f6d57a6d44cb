import { describe, expect, it } from 'vitest';
import { sectionTitle } from '../../../src/sources/indexed/section-snippet.ts';

const section = { trail: 'Cranes', heading: 'Swing', path: 'docs/cranes.md', pageKind: 'guide' } as const;

describe('the title of a section', () => {
  it('is its heading behind those above it', () => {
    expect(sectionTitle(section)).toBe('Cranes > Swing');
    expect(sectionTitle({ ...section, trail: '' })).toBe('Swing');
    expect(sectionTitle({ ...section, heading: '' })).toBe('Cranes');
  });

  it('has the name of a container once', () => {
    expect(sectionTitle({ ...section, heading: 'Cranes.swing' })).toBe('Cranes.swing');
    expect(sectionTitle({ ...section, heading: 'CranesOptions.swing' })).toBe('Cranes > CranesOptions.swing');
  });

  it('is the file where no heading is', () => {
    expect(sectionTitle({ ...section, trail: '', heading: '' })).toBe('docs/cranes.md');
  });

  it('says that it is from a guide for agents', () => {
    expect(sectionTitle({ ...section, pageKind: 'agent' })).toBe('Agent guide: Cranes > Swing');
  });
});
