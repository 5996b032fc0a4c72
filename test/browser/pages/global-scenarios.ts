import { schema, t, table } from '../../../src/module/index.ts';
import { forbiddenHere, programUsing } from '../../host/support/forbidden.ts';
import { moduleOf, World } from '../../host/support/world.ts';

const comet = schema({ orb: table({}, { id: t.u32() }) });
let job: () => void = () => undefined;
const module = moduleOf(comet, { run: comet.reducer(() => job()) });

const titles = () => forbiddenHere().map(({ title }) => title);

/** What each use is answered with, where it does not say what it should. */
function wrongAnswers(): Record<string, string[]> {
  const wrong: Record<string, string[]> = {};
  const world = new World(module);
  for (const { title, use, refusal, instead } of forbiddenHere()) {
    const answers = [new World({ source: programUsing('', use) }).fail('run'), atTop(use)];
    job = new Function(use) as () => void;
    answers.push(world.fail('run'));
    const others = answers.filter((answer) => !answer.startsWith(refusal) || !answer.includes(`Use ${instead}`));
    if (others.length > 0) wrong[title] = others;
  }
  return wrong;
}

function atTop(use: string): string {
  try {
    new World({ source: programUsing(use, '') });
    return 'published';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Uses outside of modules, after modules have run, that do not work as ever. */
async function lost(): Promise<string[]> {
  new World({ source: programUsing('', '') }).run('run');
  const failures: string[] = [];
  for (const { title, use } of forbiddenHere()) {
    try {
      const result: unknown = new Function(`return ${use}`)();
      if (result instanceof Promise) await result.catch(() => undefined); // nobody listens there
      if (result instanceof WebSocket || result instanceof EventSource) result.close();
      if (title === 'setInterval') clearInterval(result as number);
    } catch (error) {
      failures.push(`${title}: ${String(error)}`);
    }
  }
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return failures;
}

const scenarios = { titles, wrongAnswers, lost };
export type GlobalScenarios = typeof scenarios;
Object.assign(window, { scenarios });
