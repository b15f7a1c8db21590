/** Making elements with little noise. */

import { icon } from './icons';
import type { IconName } from './icons';

type Child = Node | string | null | undefined | false;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return made;
}

export interface ButtonOptions {
  /** What it is called by those who do not see it, where that says more than `text`. */
  name?: string;
  text: string;
  icon?: IconName;
  className?: string;
  onClick: () => void;
}

export function button({ name, text, icon: picture, className = '', onClick }: ButtonOptions): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: `live-button ${className}`.trim(), ...(name ? { 'aria-label': name, title: name } : {}) },
    picture && icon(picture),
    element('span', { class: 'live-button-text' }, text),
  );
  made.addEventListener('click', onClick);
  return made;
}
