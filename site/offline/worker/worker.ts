// The book's service worker: every file that it serves is of one version of the book, by its hash.

import { PrecacheController, PrecacheRoute } from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching/_types';

declare const self: ServiceWorkerGlobalScope & { book: Book };

/** Written by the build in front of this script. Addresses are relative to the book's root. */
interface Book {
  readonly build: string;
  /** What a reader sees: kept before the worker takes over. */
  readonly pages: PrecacheEntry[];
  /** Python and JupyterLite: kept when there is nothing else to do. */
  readonly python: PrecacheEntry[];
}

/** What a page may say to the worker. */
type Message = { type: 'build' } | { type: 'claim'; build: string } | { type: 'keep' } | { type: 'take over' };

const { build, pages, python } = self.book;
const controller = new PrecacheController({ fallbackToNetwork: true });
controller.addToCacheList([...pages, ...python]);
const route = new PrecacheRoute(controller, { cleanURLs: false, ignoreURLParametersMatching: [/.*/] });

/**
 * A file of this version: from the cache, or from the network if its hash is this version's. What a cache on the way
 * has broken or kept too long is asked for once more past all caches.
 */
async function file(address: string, event: ExtendableEvent): Promise<Response> {
  const cacheKey = controller.getCacheKeyForURL(address);
  if (!cacheKey) throw new Error(`${address} is not of this version of the book`);
  const integrity = controller.getIntegrityForCacheKey(cacheKey);
  const ask = (cache: RequestCache) =>
    controller.strategy.handle({
      request: new Request(address, { integrity, cache, credentials: 'same-origin' }),
      event,
      params: { cacheKey, integrity },
    });
  return ask('no-cache').catch((error: unknown) => (isFull(error) ? Promise.reject(error) : ask('reload')));
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/** Bytes beyond which a file is looked at once in each life of the worker, not at each serve. */
const LARGE = 2_000_000;
const seenWhole = new Set<string>();

/**
 * What the cache has for an address, if it is what the build made: any script of this origin can write into the cache.
 * A wrong file is thrown away. Of the headers only the type is taken over.
 */
async function kept(address: string): Promise<Response | undefined> {
  const cacheKey = controller.getCacheKeyForURL(address)!;
  const cache = await self.caches.open(controller.strategy.cacheName);
  const response = await cache.match(cacheKey);
  if (!response) return undefined;
  const headers = { 'Content-Type': response.headers.get('Content-Type') ?? '' };
  if (seenWhole.has(cacheKey)) return new Response(response.body, { headers });
  const bytes = await response.arrayBuffer();
  if ((await integrityOf(bytes)) !== controller.getIntegrityForCacheKey(cacheKey)) {
    await cache.delete(cacheKey);
    return undefined;
  }
  if (bytes.byteLength > LARGE) seenWhole.add(cacheKey);
  return new Response(bytes, { headers });
}

async function integrityOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** A file for a page that asks: also where there is no room to keep it. */
async function answer(address: string, event: ExtendableEvent): Promise<Response> {
  const found = await kept(address).catch(() => undefined); // a cache that cannot be read keeps nothing
  if (found) return found;
  return file(address, event).catch((error: unknown) => {
    if (!isFull(error)) throw error;
    const integrity = controller.getIntegrityForCacheKey(controller.getCacheKeyForURL(address)!);
    return fetch(address, { integrity, credentials: 'same-origin' });
  });
}

/** Keeps the files that are not kept yet, a few at a time. One that cannot be had does not hold up the others. */
async function keep(entries: readonly PrecacheEntry[], event: ExtendableEvent): Promise<void> {
  const cache = await self.caches.open(controller.strategy.cacheName);
  const there = new Set((await cache.keys()).map((request) => request.url));
  const addresses = entries.map((entry) => new URL(entry.url, self.registration.scope).href);
  const missing = addresses.filter((address) => !there.has(controller.getCacheKeyForURL(address) ?? ''));
  const failures: unknown[] = [];
  const one = async (): Promise<void> => {
    for (let address = missing.shift(); address; address = missing.shift()) {
      await file(address, event).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: 4 }, one));
  if (failures.length) throw failures[0];
}

async function keepPython(event: ExtendableEvent): Promise<void> {
  const complete = await keep(python, event).then(
    () => true,
    () => false, // the network went, or the site has a newer version; the next page asks again
  );
  const clients = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const client of clients) client.postMessage({ type: 'kept', build, complete });
}

// JupyterLite's own worker is loaded below for its file system and for input(). Of its listeners only those requests
// are wanted, so these come first and stop all else.
self.addEventListener('install', (event) => {
  event.stopImmediatePropagation();
  event.waitUntil(install(event));
});

/** What is in the cache before may have been put there by others. */
async function install(event: ExtendableEvent): Promise<void> {
  for (const { url } of pages) await kept(new URL(url, self.registration.scope).href);
  await keep(pages, event);
}

self.addEventListener('activate', (event) => {
  event.stopImmediatePropagation();
  event.waitUntil(controller.activate(event));
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const ofJupyterLite = /\/api\/(drive|stdin\/|service-worker-heartbeat$)/.test(url.pathname);
  if (url.origin === self.location.origin && ofJupyterLite) return;
  event.stopImmediatePropagation();
  const { request } = event;
  if (request.method !== 'GET') return;
  const match = route.match({ request, url, event, sameOrigin: true }) as { cacheKey: string } | undefined;
  if (match) event.respondWith(answer(withoutRevision(match.cacheKey), event));
});

self.addEventListener('message', (event) => {
  const message = event.data as Message;
  switch (message.type) {
    case 'build':
      event.ports[0]?.postMessage(build);
      break;
    case 'claim':
      event.ports[0]?.postMessage(build);
      if (message.build === build) event.waitUntil(self.clients.claim());
      break;
    case 'keep':
      event.waitUntil(keepPython(event));
      break;
    case 'take over':
      event.waitUntil(self.skipWaiting());
      break;
  }
});

function withoutRevision(cacheKey: string): string {
  const url = new URL(cacheKey);
  url.searchParams.delete('__WB_REVISION__');
  return url.href;
}

importScripts('lite/service-worker.js');
