/** A drawing of a graph that is drawn anew: its boxes move to their new places, and it stays scrolled where it was. */

const DURATION = 300;

/** Where a drawing and its boxes stood. */
interface Place {
  element: HTMLElement;
  left: number;
  top: number;
  boxes: Map<string, DOMRect>;
}

const DRAWINGS = '.out-svg:has(.graph)';

/** The drawings of graphs in an element, itself included. */
function drawingsIn(element: Element): HTMLElement[] {
  return [...(element.matches(DRAWINGS) ? [element as HTMLElement] : []), ...element.querySelectorAll<HTMLElement>(DRAWINGS)];
}

/** The boxes and ovals of a drawing that are shown, by the names that the engine gave them. */
function boxesOf(drawing: HTMLElement): Map<string, SVGGElement> {
  const found = new Map<string, SVGGElement>();
  for (const box of drawing.querySelectorAll<SVGGElement>('g.node')) {
    const name = box.getAttribute('class')!;
    if (name !== 'node' && box.getClientRects().length) found.set(name, box);
  }
  return found;
}

/** Remembers the drawings of an element, before they are taken off the page. */
export function remember(element: Element): Place[] {
  return drawingsIn(element).map((drawing) => {
    const frame = drawing.getBoundingClientRect();
    const boxes = [...boxesOf(drawing)].map(([name, box]) => {
      const { left, top, width, height } = box.getBoundingClientRect();
      return [name, new DOMRect(left - frame.left, top - frame.top, width, height)] as const;
    });
    return { element: drawing, left: drawing.scrollLeft, top: drawing.scrollTop, boxes: new Map(boxes) };
  });
}

/** Shows the drawings of an element as those that stood in their place, and lets the boxes move from there. */
export function takePlaces(element: Element, places: Place[]): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  for (const [i, drawing] of drawingsIn(element).entries()) {
    const before = places[i];
    if (!before) continue;
    drawing.scrollLeft = before.left;
    drawing.scrollTop = before.top;
    if (still) continue;
    const frame = drawing.getBoundingClientRect();
    for (const [name, box] of boxesOf(drawing)) {
      const from = before.boxes.get(name);
      if (!from) {
        box.animate([{ opacity: 0 }, { opacity: 1 }], { duration: DURATION });
        continue;
      }
      const to = box.getBoundingClientRect();
      const scale = box.ownerSVGElement!.viewBox.baseVal.width / (box.ownerSVGElement!.getBoundingClientRect().width || 1);
      const [x, y] = [from.left - to.left + frame.left, from.top - to.top + frame.top].map((by) => by * scale) as [number, number];
      if (Math.abs(x) + Math.abs(y) < 0.5) continue;
      box.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], { duration: DURATION, easing: 'ease-out' });
    }
  }
}
