// Runs in JupyterLite's pages before JupyterLite: the colour scheme is the book's, and so is the service worker.

const script = document.currentScript as HTMLScriptElement;
const book = new URL('../', script.src);

/** Material's record of the reader's choice; without one the system's scheme counts. */
const paletteKey = `${book.pathname}.__palette`;
const darkQuery = '(prefers-color-scheme: dark)';

function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined; // a private window may forbid it
  }
}

/** JupyterLab follows the system's colour scheme; this answers it with the book's. */
class BookScheme extends EventTarget {
  readonly media = darkQuery;
  readonly onchange = null;
  readonly #system: MediaQueryList;

  constructor(system: MediaQueryList) {
    super();
    this.#system = system;
    const changed = () => this.dispatchEvent(new MediaQueryListEvent('change', { media: this.media, matches: this.matches }));
    system.addEventListener('change', changed);
    // Sent to every other document of the book when the reader uses the page's switch.
    window.addEventListener('storage', (event) => {
      if (event.key === paletteKey) changed();
    });
  }

  get matches(): boolean {
    const scheme = chosenScheme();
    return scheme === undefined ? this.#system.matches : scheme === 'slate';
  }
}

function chosenScheme(): string | undefined {
  const text = storage()?.getItem(paletteKey);
  if (!text) return undefined;
  const palette = JSON.parse(text) as { color?: { scheme?: string } };
  return palette.color?.scheme;
}

const scheme = new BookScheme(window.matchMedia(darkQuery));
const systemMatchMedia = window.matchMedia.bind(window);
window.matchMedia = (query) => (query === darkQuery ? (scheme as unknown as MediaQueryList) : systemMatchMedia(query));

/**
 * JupyterLite takes the worker that controls its page for its own, if it is of its version, and the book's worker
 * carries JupyterLite's requests too. Two workers would serve files of two versions of the book.
 */
const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
const build = document.querySelector<HTMLMetaElement>('meta[name="book-build"]')?.content;
if (workers && build) {
  const bookWorker = new URL('service-worker.js', book).href;
  storage()?.setItem(`${bookWorker}-version`, script.dataset['version'] ?? '');
  workers.register = async () => {
    const registration = await ServiceWorkerContainer.prototype.register.call(workers, bookWorker);
    await controlledBy(workers, registration, build);
    return registration;
  };
}

/** Resolves when the page is controlled; rejects when the worker is of another version of the book than the page. */
async function controlledBy(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration, build: string): Promise<void> {
  const active = await workers.getRegistration(book.href).then(() => whenActive(registration));
  if (workers.controller) return;
  const controlled = new Promise((resolve) => workers.addEventListener('controllerchange', resolve, { once: true }));
  const { port1, port2 } = new MessageChannel();
  const refused = new Promise<boolean>((resolve) => (port1.onmessage = ({ data }) => resolve(data !== build)));
  active.postMessage({ type: 'claim', build }, [port2]);
  if (await refused) throw new Error('The book was updated while it was open: reload the page.');
  await controlled;
}

function whenActive(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  return new Promise((resolve, reject) => {
    if (registration.active) return resolve(registration.active);
    const coming = registration.installing ?? registration.waiting;
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve(coming);
      if (coming.state === 'redundant') reject(new Error('The book could not be kept for reading offline.'));
    });
  });
}
