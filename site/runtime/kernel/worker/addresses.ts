/** Reading the page's addresses synchronously, while Python runs and no message can arrive. */

export function exists(address: string): boolean {
  try {
    return get(address).status === 200;
  } catch {
    return false;
  }
}

export function read(address: string): string {
  return get(address).responseText;
}

function get(address: string): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  request.send();
  return request;
}
