import { useEffect, useRef, useState, type ReactNode } from 'react';

/** A button with a small list below it; closes on Escape, on a click outside and when focus leaves. */
export function Menu({
  label,
  face,
  className = '',
  panel = '',
  children,
}: {
  label: string;
  face: ReactNode;
  className?: string;
  /** Class of what opens. */
  panel?: string;
  /** A function is given what closes the menu. */
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.preventDefault();
        setOpen(false);
        box.current?.querySelector('button')?.focus();
      }
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', escape, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', escape, true);
    };
  }, [open]);
  return (
    <span className="anchor" ref={box}>
      <button type="button" className={className} aria-label={label} aria-expanded={open} onClick={() => setOpen(!open)}>
        {face}
      </button>
      {open && (
        <div className={`menu ${panel}`.trimEnd()}>{typeof children === 'function' ? children(() => setOpen(false)) : children}</div>
      )}
    </span>
  );
}
