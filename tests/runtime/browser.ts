/** A document for the page's classes under Node: imported before them, since some look for it as they are loaded. */

import { createRequire } from 'node:module';
import path from 'node:path';

const { JSDOM } = createRequire(path.resolve('site/package.json'))('jsdom');

// `pretendToBeVisual`: with animation frames.
const { window } = new JSDOM('<!doctype html><body>', { url: 'https://book.example/chapter/', pretendToBeVisual: true });

for (const name of [
  'document',
  'location',
  'localStorage',
  'HTMLElement',
  'Element',
  'Node',
  'DocumentFragment',
  'NodeFilter',
  'navigator',
  'StorageEvent',
  'Event',
  'AbortController',
]) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
for (const name of [
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'getSelection',
]) {
  Object.defineProperty(globalThis, name, { value: window[name].bind(window), configurable: true, writable: true });
}
Object.assign(globalThis, { window, self: globalThis });

// What jsdom leaves out, since it draws nothing.
class ResizeObserver {
  observe(): void {}
  unobserve(): void {}
}

Object.assign(globalThis, { ResizeObserver, matchMedia: () => ({ matches: false }) });
Object.assign(window.Element.prototype, { scrollIntoView: () => undefined });
Object.defineProperty(window.HTMLElement.prototype, 'innerText', {
  get(this: HTMLElement) {
    return this.textContent;
  },
});
