const shapes = {
  back: 'M15 4.5L7.5 12l7.5 7.5',
  letters: 'M2.5 19L8 5l5.5 14M4.3 14.5h7.4M14.5 19l3.5-9 3.5 9M15.7 16h4.6',
  check: 'M4.5 12.5l5 5L20 7',
  onward: 'M9 5l7 7-7 7',
  call: 'M6 3.5h3.5l1.5 4.5-2.2 1.6a12 12 0 0 0 5.6 5.6l1.6-2.2 4.5 1.5V18a2.5 2.5 0 0 1-2.7 2.5C10 19.8 4.2 14 3.5 6.2A2.5 2.5 0 0 1 6 3.5z',
  erase: 'M8.5 5H21v14H8.5L2.5 12zM12 9.5l5 5M17 9.5l-5 5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
} as const;

export function Icon({ of, small = false }: { of: keyof typeof shapes; small?: boolean }) {
  return (
    <svg className={small ? 'i i--s' : 'i'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[of]} />
    </svg>
  );
}
