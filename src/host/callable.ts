import { isCallable, type ModuleProcedureDef, type ModuleReducerDef } from '../schema/index.ts';

type Declared = ModuleReducerDef | ModuleProcedureDef;

/** Whether a caller may call it: what rows schedule is for the owner alone, a lifecycle reducer for nobody (`wire.md` 5). */
export function mayCall(declared: Declared, isOwner: boolean): boolean {
  return isCallable(declared) || (isOwner && !('lifecycle' in declared && declared.lifecycle !== undefined));
}

/** Why it may not. @param kind what the caller took it for */
export function whyNotCalled(kind: 'reducer' | 'procedure', declared: Declared): string {
  const { name } = declared;
  if ('lifecycle' in declared && declared.lifecycle !== undefined) {
    return `can't directly call special lifecycle reducer ${name}`;
  }
  const no = kind === 'reducer' ? 'no' : 'No'; // as the real host spells them
  return `${no} such ${kind}: ${name} is run by the host, only the database's owner may call it`;
}
