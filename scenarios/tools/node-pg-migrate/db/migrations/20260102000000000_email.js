export const up = (pgm) => {
  pgm.addColumns('account', { email: { type: 'text' } })
}

export const down = (pgm) => {
  pgm.dropColumns('account', ['email'])
}
