/**
 * What a reader's code cannot control: taken from the worker before any of it runs.
 *
 * Code in a cell can run JavaScript in the worker. What outlives the run (caches, databases, files of the origin),
 * what other pages of the origin hear, and what would make a worker with all of that again, is deleted from the global
 * object and its prototypes, so that it cannot be got back. The kernel's own modules keep references to what they
 * need; nothing leads from the global object to them. The network stays: `%pip install` and downloads need it.
 */

const TAKEN = [
  'caches',
  'indexedDB',
  'webkitRequestFileSystem',
  'webkitRequestFileSystemSync',
  'webkitResolveLocalFileSystemURL',
  'webkitResolveLocalFileSystemSyncURL',
  'cookieStore',
  'Worker',
  'SharedWorker',
  'importScripts',
  'BroadcastChannel',
  'Notification',
  'PushManager',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
];
/** The classes of what is taken. */
const CLASSES = /^(Cache|CacheStorage|CookieStore|IDB|StorageManager|StorageBucket|FileSystem|ServiceWorker|Lock|LockManager|PushManager)/;
/** Of the navigator, what says something of the machine and does nothing. */
const NAVIGATOR = new Set([
  'constructor',
  'appCodeName',
  'appName',
  'appVersion',
  'connection',
  'deviceMemory',
  'globalPrivacyControl',
  'gpu',
  'hardwareConcurrency',
  'language',
  'languages',
  'onLine',
  'platform',
  'product',
  'userAgent',
  'userAgentData',
  'webdriver',
]);

/** Deletes these from the worker; throws where a browser does not let one go. */
export function takeFromReaders(): void {
  for (const name of [...TAKEN, ...namesOf(self).filter((name) => CLASSES.test(name))]) remove(self, name);
  for (const name of namesOf(navigator)) if (!NAVIGATOR.has(name) && !(name in Object.prototype)) remove(navigator, name);
}

function namesOf(object: object): string[] {
  return holdersOf(object).flatMap((holder) => Object.getOwnPropertyNames(holder));
}

/** The object and its prototypes, without that of all objects. */
function holdersOf(object: object): object[] {
  const holders: object[] = [];
  for (let holder: object | null = object; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder) as object | null) {
    holders.push(holder);
  }
  return holders;
}

function remove(object: object, name: string): void {
  for (const holder of holdersOf(object)) Reflect.deleteProperty(holder, name);
  if (name in object) throw new Error(`The browser does not let ${name} be taken from a worker`);
}
