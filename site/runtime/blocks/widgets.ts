/** Widgets of the book's own: script and data come when a reader first touches one. */

import scripts from 'book:widgets';
import { loadPart } from '../dom/parts';

interface Script {
  open(element: HTMLElement, data: unknown): void;
}

const TOUCHES = ['pointerdown', 'focusin', 'input'];

export function openWidgets(root: Document, leaving: AbortSignal): void {
  for (const widget of root.querySelectorAll<HTMLElement>('.live-widget')) {
    const file = scripts[widget.dataset.widget!];
    if (!file) continue;
    for (const form of widget.querySelectorAll('fieldset')) form.disabled = false;
    // Before the script is there, Enter would load the page anew.
    widget.addEventListener('submit', (event) => event.preventDefault(), { signal: leaving });
    untilOpen(widget, file, leaving);
  }
}

function untilOpen(widget: HTMLElement, file: string, leaving: AbortSignal): void {
  const touched = new AbortController();
  const signal = AbortSignal.any([leaving, touched.signal]);
  const open = async () => {
    touched.abort();
    try {
      const [{ open }, data] = await Promise.all([loadPart<Script>(file), fetchData(widget.dataset.file!)]);
      if (leaving.aborted) return;
      open(widget, data);
      widget.dataset.open = '';
    } catch (error) {
      const words = `It could not be loaded (${String(error)}). Check the network, and touch it again.`;
      widget.querySelector('[role=status]')?.replaceChildren(words);
      if (!leaving.aborted) untilOpen(widget, file, leaving);
    }
  };
  for (const touch of TOUCHES) widget.addEventListener(touch, open, { signal, passive: true });
}

async function fetchData(address: string): Promise<unknown> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  return response.json();
}
