/** Which exercises are done, in which chapter: kept in the browser, ticked on the page and in the navigation. */

import { element } from '../dom/elements';
import type { Store } from '../dom/storage';

interface ChapterProgress {
  done: string[];
  total: number;
}

export class Progress {
  constructor(private readonly store: Store) {}

  isDone(chapter: string, exercise: string): boolean {
    return this.of(chapter).done.includes(exercise);
  }

  finish(chapter: string, exercise: string): void {
    const { done, total } = this.of(chapter);
    if (!done.includes(exercise)) this.store.write(`progress:${chapter}`, { done: [...done, exercise], total });
  }

  /** The chapter has these exercises now; what is done of others no longer counts. */
  has(chapter: string, exercises: readonly string[]): void {
    const done = this.of(chapter).done.filter((name) => exercises.includes(name));
    this.store.write(`progress:${chapter}`, { done, total: exercises.length });
  }

  of(chapter: string): ChapterProgress {
    const kept = this.store.read<Partial<ChapterProgress>>(`progress:${chapter}`);
    return { done: Array.isArray(kept?.done) ? kept.done : [], total: kept?.total ?? 0 };
  }

  /** Writes `2/3`, or a tick, behind each chapter of the navigation that was begun; `site` is the address of the book. */
  mark(navigation: ParentNode, site: URL): void {
    for (const link of navigation.querySelectorAll<HTMLAnchorElement>('a.md-nav__link')) {
      const chapter = chapterOf(link, site);
      if (!chapter) continue;
      const { done, total } = this.of(chapter);
      link.querySelector('.live-tick')?.remove();
      if (!total || !done.length) continue;
      const all = done.length >= total;
      link.append(
        element(
          'span',
          { class: 'live-tick', title: `${done.length} of ${total} exercises done` },
          all ? '✓' : `${done.length}/${total}`,
          element('span', { class: 'live-hidden' }, all ? ' all exercises done' : ' exercises done'),
        ),
      );
    }
  }
}

/** The chapter that a link leads to, `moons` for `moons/` of the book; nothing where it leads elsewhere or into a page. */
export function chapterOf({ href }: { href: string }, site: URL): string {
  if (href.includes('#') || !href.startsWith(site.href)) return '';
  return href.slice(site.href.length).replace(/\/(index\.html)?$/, '');
}
