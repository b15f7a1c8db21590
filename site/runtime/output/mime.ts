/** From a mime bundle to an element: the richest form that the page knows. */

import richTextFile from 'separate:./rich-text';
import { loadPart } from '../dom/parts';
import { AnsiReader, ansiNodes } from './ansi';
import { sanitized } from './sanitize';

type RichText = typeof import('./rich-text');

export type MimeBundle = Record<string, unknown>;

/** An element that shows a bundle and may be able to take a newer one in place. */
export interface Rendered {
  element: HTMLElement;
  /** Shows newer data; false when that needs a new element. */
  update?(data: MimeBundle): boolean;
  dispose?(): void;
}

export type Renderer = (data: MimeBundle) => Rendered;

/** Markup beyond this length is not parsed: the page would freeze. */
export const MARKUP_LIMIT = 2_000_000;

function joined(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value);
}

function sized(characters: number): string {
  return characters < 1_000_000 ? `${Math.round(characters / 1_000)} kB` : `${(characters / 1_000_000).toFixed(1)} MB`;
}

export function note(text: string): HTMLElement {
  const element = document.createElement('p');
  element.className = 'out out-note';
  element.textContent = text;
  return element;
}

function markup(text: string, className: string): HTMLElement {
  if (text.length <= MARKUP_LIMIT) {
    const shown = sanitized(text, className);
    // An IFrame, or a script that would draw.
    if (/<(iframe|script|object|embed|form)\b/i.test(text) && !shown.childElementCount && !shown.textContent.trim() && !shown.shadowRoot) {
      return note('Not shown: outputs have no frames, scripts or forms here.');
    }
    return shown;
  }
  return note(`Not shown: ${sized(text.length)} of markup. The page shows at most ${sized(MARKUP_LIMIT)} at once.`);
}

function image(type: string, data: string, description: string): HTMLElement {
  const element = document.createElement('img');
  element.className = 'out out-png';
  element.alt = description;
  element.src = `data:${type};base64,${data.trim()}`;
  return element;
}

export function textElement(text: string, className: string): HTMLPreElement {
  const element = document.createElement('pre');
  element.className = className;
  element.append(...ansiNodes(new AnsiReader().read(text)));
  return element;
}

const TEXT_LIMIT = 200_000;

function plain(text: string): HTMLElement {
  if (text.length <= TEXT_LIMIT) return textElement(text, 'out out-text');
  const rest = text.length - TEXT_LIMIT;
  return textElement(`${text.slice(0, TEXT_LIMIT)}\n… ${rest.toLocaleString('en')} more characters`, 'out out-text');
}

const special = new Map<string, Renderer>();

/** Has bundles with `type` shown by `renderer`, before the types that any notebook knows. */
export function registerRenderer(type: string, renderer: Renderer): void {
  special.set(type, renderer);
}

export function render(data: MimeBundle): Rendered {
  for (const [type, renderer] of special) if (data[type] !== undefined) return renderer(data);
  return { element: renderStandard(data) };
}

/** What the engine says of a drawing beside its picture; see micrograd/draw.py. */
export const DRAWING = 'application/vnd.micrograd.drawing+json';

export interface DrawingPayload {
  version: 1;
  /** Whether Graphviz is still being loaded. */
  pending?: boolean;
  /** The same graph from top to bottom. */
  upright?: string;
}

/** A drawing may be wider than the page and scrolls then, by keyboard too. */
function drawing(svg: string, upright: string | undefined): HTMLElement {
  const element = markup(svg, 'out out-svg');
  if (upright) element.append(markup(upright, 'out-upright'));
  element.tabIndex = 0;
  return element;
}

/** The types that any notebook knows, richest first. */
export function renderStandard(data: MimeBundle): HTMLElement {
  const text = data['text/plain'] === undefined ? '' : joined(data['text/plain']);
  if (data['text/html'] !== undefined) return markup(joined(data['text/html']), 'out out-html');
  if (data['image/svg+xml'] !== undefined) {
    return drawing(joined(data['image/svg+xml']), (data[DRAWING] as DrawingPayload | undefined)?.upright);
  }
  for (const type of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    if (data[type] !== undefined) return image(type, joined(data[type]), text || 'Picture that the code drew');
  }
  if (data['text/markdown'] !== undefined) return converted(joined(data['text/markdown']), 'markdownToHtml');
  if (data['text/latex'] !== undefined) return converted(joined(data['text/latex']), 'latexToHtml');
  if (data['application/json'] !== undefined) return plain(JSON.stringify(data['application/json'], null, 2));
  return plain(text);
}

/** Markdown or TeX: its source, until what shows it has come, and where that is lost. */
function converted(source: string, how: keyof RichText): HTMLElement {
  const element = document.createElement('div');
  element.className = 'out out-html';
  element.append(plain(source));
  if (source.length > TEXT_LIMIT) return element;
  loadPart<RichText>(richTextFile).then(
    (rich) => element.replaceChildren(markup(rich[how](source), 'out-rich')),
    () => undefined,
  );
  return element;
}
