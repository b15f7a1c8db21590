// JupyterLite's setting registry without code made from text: JupyterLab's own validator compiles each schema to a
// function, which the book's content-security policy would have to allow. A federated extension, in the form in
// which JupyterLite loads one.

import JSON5 from 'json5';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
}

interface SettingsPlugin {
  id: string;
  raw: string;
  schema: Schema;
  data: { composite: unknown; user: unknown };
}

interface SchemaError {
  instancePath: string;
  keyword: string;
  schemaPath: string;
  message: string;
}

type Query = 'active' | 'all' | 'ids';

interface SettingManager {
  fetch(id: string): Promise<SettingsPlugin>;
  list(query?: 'ids'): Promise<{ ids: string[]; values: SettingsPlugin[] }>;
  save(id: string, raw: string): Promise<void>;
}

interface Application {
  hasPlugin(id: string): boolean;
  restored: Promise<void>;
  serviceManager: { settings: SettingManager };
}

interface Shared {
  '@jupyterlab/coreutils': { PageConfig: { Extension: { isDeferred(id: string): boolean; isDisabled(id: string): boolean } } };
  '@jupyterlab/settingregistry': {
    ISettingRegistry: unknown;
    SettingRegistry: new (options: object) => { plugins: Record<string, unknown>; load(id: string): Promise<unknown> };
  };
  '@jupyterlab/statedb': { DataConnector: new () => object };
}

type Scope = { [Name in keyof Shared]: Record<string, { get(): Promise<() => Shared[Name]> }> };

function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  while (found.$ref) {
    const path = found.$ref.replace(/^#\/?/, '').split('/').filter(Boolean);
    found = path.reduce<Schema>((part, key) => (part as Record<string, Schema>)[key] ?? {}, root);
  }
  return found;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

/** The first value of a wrong type, or that is none of those allowed; other keywords are not looked at. */
function mismatch(value: unknown, given: Schema, root: Schema, path = ''): SchemaError | null {
  const schema = resolved(given, root);
  const error = (keyword: string, message: string): SchemaError => ({ instancePath: path, keyword, schemaPath: '', message });
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length && !types.some((type) => isOfType(value, type))) return error('type', `must be ${types.join(' or ')}`);
  if (schema.enum && !schema.enum.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value))) {
    return error('enum', `must be one of ${JSON.stringify(schema.enum)}`);
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = schema.items && mismatch(item, schema.items, root, `${path}/${index}`);
      if (found) return found;
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const property = schema.properties?.[key];
      if (!property && schema.additionalProperties === false) return error('additionalProperties', `has an unknown property "${key}"`);
      const found = property && mismatch(item, property, root, `${path}/${key}`);
      if (found) return found;
    }
  }
  return null;
}

/** Puts the schema's defaults where the data has nothing. */
function fillDefaults(value: unknown, given: Schema, root: Schema): void {
  const schema = resolved(given, root);
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items) fillDefaults(item, schema.items, root);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const data = value as Record<string, unknown>;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (data[key] === undefined && property.default !== undefined) data[key] = structuredClone(property.default);
    if (data[key] !== undefined) fillDefaults(data[key], property, root);
  }
  for (const part of schema.allOf ?? []) fillDefaults(value, part, root);
}

const validator = {
  validateData(plugin: SettingsPlugin, populate = true): SchemaError[] | null {
    let user: unknown;
    try {
      user = JSON5.parse(plugin.raw);
    } catch (error) {
      return [{ instancePath: '', keyword: 'syntax', schemaPath: '', message: String(error) }];
    }
    const wrong = mismatch(user, plugin.schema, plugin.schema);
    if (wrong) return [wrong];
    const composite = structuredClone(user);
    fillDefaults(composite, plugin.schema, plugin.schema);
    if (populate) plugin.data = { composite, user };
    return null;
  },
};

async function plugin(shared: <Name extends keyof Shared>(name: Name) => Promise<Shared[Name]>): Promise<object> {
  const { SettingRegistry, ISettingRegistry } = await shared('@jupyterlab/settingregistry');
  const { DataConnector } = await shared('@jupyterlab/statedb');
  const { isDeferred, isDisabled } = (await shared('@jupyterlab/coreutils')).PageConfig.Extension;

  class Connector extends DataConnector {
    constructor(private readonly manager: SettingManager) {
      super();
    }

    fetch(id: string): Promise<SettingsPlugin> {
      return this.manager.fetch(id);
    }

    save(id: string, raw: string): Promise<void> {
      return this.manager.save(id, raw);
    }

    async list(query: Query = 'all'): Promise<{ ids: string[]; values: SettingsPlugin[] }> {
      const { ids, values } = await this.manager.list(query === 'ids' ? 'ids' : undefined);
      const active = (id: string) => query !== 'active' || !(isDeferred(id) || isDisabled(id));
      return { ids: ids.filter(active), values: (values ?? []).filter(({ id }) => active(id)) };
    }
  }

  return {
    id: 'book-settings:registry',
    description: "JupyterLab's settings, without code made from text.",
    autoStart: true,
    provides: ISettingRegistry,
    async activate(app: Application) {
      const connector = new Connector(app.serviceManager.settings);
      const { values } = await connector.list('active');
      const registry = new SettingRegistry({ connector, validator, plugins: values.filter(({ id }) => app.hasPlugin(id)) });
      void app.restored.then(async () => {
        const { ids } = await connector.list('ids');
        const late = ids.filter((id) => app.hasPlugin(id) && !isDisabled(id) && !(id in registry.plugins));
        await Promise.allSettled(late.map((id) => registry.load(id)));
      });
      return registry;
    },
  };
}

let scope: Scope;
const container = {
  async init(given: Scope) {
    scope = given;
  },
  async get() {
    const made = await plugin(async (name) => {
      const [version] = Object.values(scope[name]);
      return (await version!.get())();
    });
    return () => ({ __esModule: true, default: [made] });
  },
};
((window as { _JUPYTERLAB?: Record<string, object> })._JUPYTERLAB ??= {})['book-settings'] = container;
