// In every page: keeps the book for reading offline, and offers a newer version when there is one.

import { Workbox } from 'workbox-window';

const build = document.querySelector<HTMLMetaElement>('meta[name="book-build"]')?.content ?? '';
const worker = new URL('../../service-worker.js', import.meta.url);
const root = document.documentElement;

/**
 * Milliseconds after the page was loaded. Downloads for later must not slow down what the reader waits for now; a
 * notebook in JupyterLite starts its Python at once, and does not say when it is there.
 */
const quietAfterLoad = document.getElementById('jupyter-config-data') ? 30_000 : 3000;

function keepsForLater(): boolean {
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  return 'serviceWorker' in navigator && !connection?.saveData;
}

/** Whether Python is on its way to this page, by what the page itself says. */
function pythonIsStarting(): boolean {
  const status = document.querySelector('#live-controls [role="status"]');
  return Boolean(status?.textContent?.trim().startsWith('Starting'));
}

function whenQuiet(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (pythonIsStarting() ? wait() : resolve());
    const wait = () => setTimeout(look, quietAfterLoad);
    if (document.readyState === 'complete') wait();
    else window.addEventListener('load', wait, { once: true });
  });
}

/** A line at the foot of the page with a button. It moves no focus; screen readers are told. */
function offer(words: string, action: string, act: () => void): void {
  document.getElementById('book-offer')?.remove();
  const line = document.createElement('div');
  line.id = 'book-offer';
  line.setAttribute('role', 'status');
  line.style.cssText =
    'position:fixed;inset:auto 0 0 0;z-index:5;padding:.6rem 1rem;display:flex;gap:1rem;align-items:center;' +
    'justify-content:center;flex-wrap:wrap;background:#1d1d1f;color:#fff;font-size:.8rem';
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = action;
  button.style.cssText = 'text-decoration:underline;font-weight:bold;color:inherit;cursor:pointer;padding:.4rem';
  button.addEventListener('click', act);
  document.body.append(line);
  line.append(words, button); // after the region is there, or it is not read out
}

/** No open page goes on with files of two versions: not even one that has only just been loaded. */
function followWorker(): void {
  let controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) location.reload();
    else void offerIfOther(navigator.serviceWorker.controller!); // another page has let it in
    controlled = true;
  });
}

async function offerIfOther(now: ServiceWorker): Promise<void> {
  if ((await asked(now, { type: 'build' })) !== build) offerReload();
}

async function keepBook(): Promise<void> {
  const workbox = new Workbox(worker.href);
  const controlled = Boolean(navigator.serviceWorker.controller);
  // A waiting worker holds a complete newer version. Taking it reloads all open pages, so the reader decides.
  workbox.addEventListener('waiting', () =>
    offer('A newer version of this book is here. Edits are kept, variables are not.', 'Reload all its pages', () => void letWaitingIn()),
  );
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data.type === 'kept' && data.build === build) root.dataset['offline'] = data.complete ? 'ready' : 'partly';
  });
  await workbox.register();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') workbox.update().catch(() => undefined); // perhaps offline
  });

  const active = await navigator.serviceWorker.ready;
  const activeBuild = await asked(active.active!, { type: 'build' });
  if (activeBuild === build) {
    // A first visit too: what it asks for from now on is of its own version, or refused.
    if (!controlled) await asked(active.active!, { type: 'claim', build });
    const keep = () => active.active!.postMessage({ type: 'keep' });
    keep();
    window.addEventListener('online', keep);
  } else if (!controlled) offerReload();
}

/** The one that waits now: Workbox knows only the worker that this page began with. */
async function letWaitingIn(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  registration?.waiting?.postMessage({ type: 'take over' });
}

function offerReload(): void {
  offer('This book was updated while it was open.', 'Reload', () => location.reload());
}

/** Python that cannot start may have asked for files that a newer version has replaced. */
function lookForNewerWhenPythonFails(): void {
  const controls = document.getElementById('live-controls');
  const look = async () => {
    if (controls?.dataset['state'] !== 'failed') return;
    const registration = await navigator.serviceWorker?.getRegistration();
    if (navigator.serviceWorker?.controller) return void (await registration?.update()); // and "waiting" offers it
    const page = await (await fetch(location.href, { cache: 'no-store' })).text();
    const served = new DOMParser().parseFromString(page, 'text/html').querySelector<HTMLMetaElement>('meta[name="book-build"]');
    if (served && served.content !== build) offerReload();
  };
  if (controls) new MutationObserver(() => void look().catch(() => undefined)).observe(controls, { attributeFilter: ['data-state'] });
}

function asked(worker: ServiceWorker, message: object): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(message, [port2]);
  });
}

if (build) lookForNewerWhenPythonFails();
if (build && 'serviceWorker' in navigator) followWorker();
if (build && keepsForLater()) {
  whenQuiet()
    .then(keepBook)
    .catch((error: unknown) => console.info('The book is not kept for reading offline:', error));
}
