import { useState } from 'react';
import { type Identity, SpacetickError } from 'spacetick';
import { eq, useReducer, useSpacetimeDB, useTable, where } from 'spacetick/react';
import { LineForm } from './line-form';
import { reducers, tables } from './module_bindings';

interface AppProps {
  readonly beSomebodyNew: () => void;
}

/** The chat: what was said, who is online, and two lines to write in. */
export function App({ beSomebodyNew }: AppProps) {
  const { identity, isActive, connectionError } = useSpacetimeDB();
  const setName = useReducer(reducers.setName);
  const sendMessage = useReducer(reducers.sendMessage);
  const [users] = useTable(tables.user);
  const [online] = useTable(tables.user, where(eq('online', true)));
  const [messages] = useTable(tables.message);
  const [problem, setProblem] = useState('');

  const nameOf = (who: Identity) =>
    users.find(({ identity }) => identity.isEqual(who))?.name ?? who.toHexString().slice(0, 8);
  const tell = (call: Promise<unknown>) =>
    call.then(
      () => setProblem(''),
      (error: Error) => setProblem(error.message),
    );
  const isUnknown = connectionError instanceof SpacetickError && connectionError.code === 'E_TOKEN_REJECTED';
  const said = [...messages].sort((a, b) => Number(a.sent.microsSinceUnixEpoch - b.sent.microsSinceUnixEpoch));

  return (
    <main>
      <header>
        <h1>my-game</h1>
        <p role="status" className={isActive ? 'here' : ''}>
          {isActive ? 'Connected' : (connectionError?.message ?? 'Connecting ...')}
        </p>
      </header>
      {isUnknown && (
        <button type="button" onClick={beSomebodyNew}>
          Go on as somebody new
        </button>
      )}
      <section>
        <ol aria-label="Messages">
          {said.map(({ sender, sent, text }) => (
            <li key={`${sent.microsSinceUnixEpoch} ${sender.toHexString()}`}>
              <b>{nameOf(sender)}</b> {text}
            </li>
          ))}
        </ol>
        <ul aria-label="Online">
          {online.map((user) => (
            <li key={user.identity.toHexString()}>{nameOf(user.identity)}</li>
          ))}
        </ul>
      </section>
      <LineForm
        label="Message"
        placeholder="Say something"
        button="Send"
        take={(text) => tell(sendMessage({ text }))}
      />
      <LineForm
        label="Name"
        placeholder={identity ? nameOf(identity) : ''}
        button="Rename"
        take={(name) => tell(setName({ name }))}
      />
      {problem !== '' && <p role="alert">{problem}</p>}
    </main>
  );
}
