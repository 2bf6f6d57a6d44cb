import { readFileSync } from 'node:fs';

/** Resident memory of a process in kB as Linux counts them (1,024 bytes): `VmRSS`. */
export function readRssKb(pid: number): number {
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (rss === undefined) throw new Error(`Process ${pid} has no VmRSS: it has ended.`);
  return Number(rss);
}

/** How many child processes a process has now, such as an indexing child that has not ended. */
export function countChildren(pid: number): number {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).length;
}

/** In MB of 1,000,000 bytes. */
export function toMb(rssKb: number): number {
  return (rssKb * 1_024) / 1e6;
}
