/** A training's two plots, side by side where there is room, one below the other on a narrow page. */

const NARROW = matchMedia('(max-width: 44.984375em)');
const PLOT = { width: 480, height: 300 };
/** The plane has no numbers on its axes. */
const BELOW_PLANE = 34;

/** Arranges the plots of a picture; a picture of one plot stays as it is. */
export function arrange(picture: Element): void {
  const svg = picture.querySelector('svg');
  const second = svg?.querySelector(':scope > g[transform]');
  if (!svg || !second) return;
  const [width, height] = NARROW.matches ? [PLOT.width, 2 * PLOT.height - BELOW_PLANE] : [2 * PLOT.width, PLOT.height];
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  second.setAttribute('transform', NARROW.matches ? `translate(0 ${PLOT.height})` : `translate(${PLOT.width} 0)`);
}

/** Arranges the pictures that the build recorded, and all again when the page's width changes. */
export function arrangeRecorded(signal: AbortSignal): void {
  const all = (): void => document.querySelectorAll('.out-svg:has(> script[type*="training"]), .out-training').forEach(arrange);
  NARROW.addEventListener('change', all, { signal });
  all();
}
