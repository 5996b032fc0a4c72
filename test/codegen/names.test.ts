import { describe, expect, it } from 'vitest';
import { generateBindings } from '../../src/codegen/index.ts';
import {
  EMPTY_MODULE,
  type ModuleDef,
  type Params,
  resolveReducer,
  resolveTables,
  type Tables,
  table,
} from '../../src/schema/index.ts';
import { type Fields, ObjectBuilder, type TypeBuilder, t } from '../../src/values/index.ts';

function moduleOf(tables: Tables, reducers: Record<string, Params> = {}): ModuleDef {
  return {
    ...EMPTY_MODULE,
    tables: resolveTables(tables),
    reducers: Object.entries(reducers).map(([name, params]) => ({
      ...resolveReducer(name, params),
      lifecycle: undefined,
      scheduledBy: undefined,
      publicArgs: false,
    })),
  };
}

const open = (columns: Fields) => table({ public: true }, columns);
const refusal = (def: ModuleDef) => {
  try {
    generateBindings(def);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return 'nothing';
};

describe('names', () => {
  it('[N3] two tables of one accessor are refused', () => {
    expect(
      refusal(
        moduleOf({ user_list: open({ a: t.u8() }), userList: table({ name: 'users', public: true }, { a: t.u8() }) }),
      ),
    ).toBe(
      'E_CODEGEN: table user_list and table users both become the table accessor userList in the bindings. ' +
        'Rename one of them in the module.',
    );
  });

  it('[N3] so are two reducers, two fields and two variants', () => {
    expect(refusal(moduleOf({}, { set_name: {}, setName: {} }))).toContain('reducer set_name and reducer setName');
    const row = t.row({ owner_id: t.u8(), ownerId: t.u8().name('other') });
    expect(refusal(moduleOf({ ship: table({ public: true }, row) }))).toContain('field owner_id and field ownerId');
    const kind = t.enum('Kind', ['big_one', 'BigOne']);
    expect(refusal(moduleOf({ ship: open({ kind }) }))).toContain('variant big_one and variant BigOne both become the');
  });

  it('[N3] two different types of one name are refused, naming where they are', () => {
    const a = t.object('Vec', { x: t.f32() });
    const b = t.object('Vec', { x: t.f64() });
    expect(refusal(moduleOf({ ship: open({ at: a }), orb: open({ at: b }) }))).toBe(
      'E_CODEGEN: Type Vec of table ship and type Vec of table orb differ, and both become Vec in the bindings. ' +
        'Rename one of them in the module.',
    );
    expect(refusal(moduleOf({ ship: open({ at: t.object('vec', { x: t.f32() }), to: a }) }))).toContain('type Vec of');
    // The row of table vec is called Vec as well.
    expect(refusal(moduleOf({ vec: open({ at: b }) }))).toContain('differ');
  });

  it('[N3] one type declared twice alike is one type', () => {
    const node = (): TypeBuilder<unknown> => {
      const made: ObjectBuilder<Fields> = new ObjectBuilder('Node', {
        x: t.f32(),
        get next() {
          return t.option(made);
        },
      });
      return made;
    };
    const files = generateBindings(moduleOf({ ship: open({ at: node() }), orb: open({ at: node() }) }));
    const types = files.find(({ path }) => path === 'types.ts')!.text;
    expect(types.match(/export const Node\b/g)).toHaveLength(1);
  });

  it('[N4] what is no identifier becomes one, or is quoted', () => {
    const files = generateBindings(
      moduleOf({ '2fast': open({ 'größe in m': t.u8(), "it's": t.u8(), _: t.u8() }), class: open({ a: t.u8() }) }),
    );
    const text = files.map((file) => file.text).join('\n');
    expect(text).toContain("import _2fastRow from './_2fast_table';");
    expect(text).toContain("'2fast': __table({");
    expect(text).toContain('größeInM: __t.u8().name("größe_in_m")'.replaceAll('"', "'"));
    expect(text).toContain('"it\'s": __t.u8()');
    expect(text).toContain('class: __table({');
    expect(text).toContain('_: __t.u8()');
  });

  it('[N3] a procedure beside a table or a reducer of nearly its name is none of theirs', () => {
    const def = moduleOf(
      { matchResult: open({ id: t.u32().primaryKey() }), matchArgs: open({ id: t.u32() }) },
      { match_args: { id: t.u32() } },
    );
    const returnType = t.u32().algebraicType;
    const match = { ...resolveReducer('match', { id: t.u32() }), returnType, scheduledBy: undefined };
    for (const importPath of ['spacetick', 'spacetimedb']) {
      const files = generateBindings({ ...def, procedures: [match] }, { importPath });
      expect(files.map(({ path }) => path)).toContain('match_procedure.ts');
    }
  });

  it('[N5] a nameless enum and a nameless tree are refused', () => {
    expect(refusal(moduleOf({ ship: open({ kind: t.enum('', ['A']) }) }))).toContain(
      'An enum of table ship has no name',
    );
    const tree: TypeBuilder<unknown> = t.row({
      get children() {
        return t.array(tree);
      },
    });
    expect(refusal(moduleOf({ ship: open({ tree }) }))).toContain('a type without a name that contains itself');
  });
});
