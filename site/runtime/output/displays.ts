/** Which shown elements `update_display_data` replaces, by display id, over all cells of a page. */

import { render } from './mime';
import type { MimeBundle, Rendered } from './mime';
import { remember, takePlaces } from './redrawing';

export class Displays {
  private readonly shown = new Map<string, Set<Rendered>>();

  add(id: string, rendered: Rendered): void {
    let all = this.shown.get(id);
    if (!all) this.shown.set(id, (all = new Set()));
    all.add(rendered);
  }

  update(id: string, data: MimeBundle): void {
    for (const rendered of this.shown.get(id) ?? []) {
      if (rendered.update?.(data)) continue;
      const next = render(data);
      const before = remember(rendered.element);
      rendered.dispose?.();
      rendered.element.replaceWith(next.element);
      takePlaces(next.element, before);
      Object.assign(rendered, { update: undefined, dispose: undefined }, next);
    }
  }

  /** Forgets what an output area takes off the page. */
  remove(gone: Iterable<Rendered>): void {
    const dead = new Set(gone);
    for (const rendered of dead) rendered.dispose?.();
    for (const [id, all] of this.shown) {
      for (const rendered of all) if (dead.has(rendered)) all.delete(rendered);
      if (!all.size) this.shown.delete(id);
    }
  }
}
