/** In place of JupyterLite's list of the wheels that it ships: this site's lock has them all. */

export const allJSONUrl = { default: '' };
export const pipliteWheelUrl = { default: '' };
