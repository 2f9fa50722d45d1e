import type { ReactNode } from 'react';
import { useWords } from '../words/index.tsx';

/** The one thing to do next. While it is under way it says so and cannot be pressed twice. */
export function Go({
  children,
  onPress,
  isBusy = false,
  isSubmit = false,
  disabled = false,
}: {
  children: ReactNode;
  onPress?: () => void;
  isBusy?: boolean;
  isSubmit?: boolean;
  disabled?: boolean;
}) {
  const { words } = useWords();
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      className="btn btn--go btn--wide"
      onClick={isBusy ? undefined : onPress}
      aria-disabled={isBusy || disabled}
      disabled={disabled}
    >
      {isBusy ? words.sending : children}
    </button>
  );
}

/** As large as the main one: saying no is as easy as saying yes. */
export function Other({ children, onPress, disabled = false }: { children: ReactNode; onPress: () => void; disabled?: boolean }) {
  return (
    <button type="button" className="btn btn--wide" onClick={onPress} disabled={disabled}>
      {children}
    </button>
  );
}

export function Quiet({ children, onPress }: { children: ReactNode; onPress: () => void }) {
  return (
    <button type="button" className="btn btn--quiet btn--wide" onClick={onPress}>
      {children}
    </button>
  );
}
