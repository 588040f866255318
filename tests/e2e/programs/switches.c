/* C: switch, goto, comma, conditional operator, K&R definitions, static functions. */

static int classify(n)
int n;                         /* EVENT: param n 0 1 5 */
{
  switch (n) {                 /* EVENT: switch * 0 1 5 */
    case 0: return 10;         /* EVENT: return * 10 */
    case 1: n += 1;            /* EVENT: update n 2 */
    default: break;
  }
  return n > 3 ? n : -n;       /* EVENT: branch * false true | return * -2 5 */
}

int main(void) {
  int total = 0, step = 3;     /* EVENT: init total 0 | init step 3 */
  total += classify(0);        /* EVENT: update total 10 */
  total += classify(1);        /* EVENT: update total 8 */
  total += classify(5);        /* EVENT: update total 13 */
again:
  step--;                      /* EVENT: step step 2 1 0 */
  if (step) goto again;        /* EVENT: branch * 2 1 0 */
  return total - 13;
}
