/** The chapter as a JupyterLite notebook, in a frame on the page. */

import { button, element } from '../dom/elements';

export class NotebookFrame {
  private section: HTMLElement | null = null;

  constructor(
    private readonly address: string,
    private readonly after: HTMLElement,
    private readonly onToggle: (open: boolean) => void,
  ) {}

  toggle(): void {
    if (this.section) this.close();
    else this.open();
  }

  private open(): void {
    const frame = element('iframe', { src: this.address, title: 'Notebook of this chapter', allow: 'clipboard-read; clipboard-write' });
    const close = button({ name: 'Close notebook', text: 'Close', icon: 'close', onClick: () => this.close() });
    this.section = element(
      'section',
      { class: 'live-notebook', 'aria-label': 'Notebook' },
      element(
        'div',
        { class: 'live-notebook-bar' },
        element('p', {}, 'The whole chapter as a JupyterLite notebook, with a Python of its own.'),
        element('a', { class: 'live-button', href: this.address, target: '_blank', rel: 'noopener' }, 'Open it alone'),
        close,
      ),
      frame,
    );
    this.after.after(this.section);
    this.onToggle(true);
    this.section.scrollIntoView({ block: 'start' });
    frame.focus();
  }

  private close(): void {
    this.section?.remove();
    this.section = null;
    this.onToggle(false);
  }
}
