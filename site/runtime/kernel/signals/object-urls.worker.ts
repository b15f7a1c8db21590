/** Reads the page's object URLs synchronously, while Python runs and no message can arrive. */

export function exists(url: string): boolean {
  try {
    return get(url).status === 200;
  } catch {
    return false;
  }
}

export function read(url: string): string {
  return get(url).responseText;
}

function get(url: string): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.send();
  return request;
}
