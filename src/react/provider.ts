import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
} from 'react';
import { SpacetickError } from '../client/index.ts';
import { type ConnectionBuilder, leadToTheSame } from './connection-builder.ts';
import { type ConnectionKeeper, keeperOf } from './connection-keeper.ts';

const KeeperContext = createContext<ConnectionKeeper | undefined>(undefined);

export interface SpacetimeDBProviderProps {
  /** `DbConnection.builder()` with everything it needs, unbuilt. */
  readonly connectionBuilder: ConnectionBuilder;
  readonly children?: ReactNode;
}

/**
 * Opens the connection when mounted, closes it when unmounted, ticks it, and makes it again when it is lost. A builder for
 * another host or database closes the one and opens the other; to begin as another player give the provider another `key`.
 */
export function SpacetimeDBProvider({ connectionBuilder, children }: SpacetimeDBProviderProps): ReactElement {
  const [current, setCurrent] = useState(() => keeperOf(connectionBuilder));
  let keeper = current;
  if (!leadToTheSame(keeper.builder, connectionBuilder)) {
    keeper = keeperOf(connectionBuilder);
    setCurrent(keeper);
  }
  useEffect(() => keeper.hold(), [keeper]);
  return createElement(KeeperContext.Provider, { value: keeper }, children);
}

/** The connection of the provider around this component. @throws SpacetickError E_NO_PROVIDER */
export function useKeeper(hook: string): ConnectionKeeper {
  const keeper = useContext(KeeperContext);
  if (keeper !== undefined) return keeper;
  throw new SpacetickError(
    'E_NO_PROVIDER',
    `${hook}() was called in a component outside of <SpacetimeDBProvider>. Put the provider around it, in main.tsx.`,
  );
}
