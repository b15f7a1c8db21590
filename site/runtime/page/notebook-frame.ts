/** The chapter as a JupyterLite notebook, in a frame on the page. */

import { button, element } from '../dom/elements';

export class NotebookFrame {
  private section: HTMLElement | null = null;
  private opening = false;

  constructor(
    /** Where the notebook is, with the reader's code as it is now. */
    private readonly find: () => Promise<string>,
    private readonly after: HTMLElement,
    private readonly onToggle: (open: boolean) => void,
  ) {}

  toggle(): void {
    if (this.section) this.close();
    else if (!this.opening) {
      this.opening = true;
      void this.find()
        .then((address) => this.open(address))
        .finally(() => {
          this.opening = false;
        });
    }
  }

  private open(address: string): void {
    const frame = element('iframe', { src: address, title: 'Notebook of this chapter', allow: 'clipboard-read; clipboard-write' });
    const close = button({ name: 'Close notebook', text: 'Close', icon: 'close', onClick: () => this.close() });
    this.section = element(
      'section',
      { class: 'live-notebook', 'aria-label': 'Notebook' },
      element(
        'div',
        { class: 'live-notebook-bar' },
        element(
          'p',
          {},
          'The whole chapter as a JupyterLite notebook, with your code as it was when you opened it, and a Python of its own.',
        ),
        element('a', { class: 'live-button', href: address, target: '_blank', rel: 'noopener' }, 'Open it alone'),
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
