// STANDARD: c17
struct Point {
  int x, y;
};
struct Line {
  struct Point from, to;
};
_Atomic int count;

static struct Point Moved(struct Point p, int by) {  // EVENT: enter Moved, param p 0100000002000000, param by 2
  p.x += by;  // EVENT: update p.x 3
  return p;  // EVENT: return p 0300000002000000
}  // EVENT: exit Moved

int main(void) {  // EVENT: enter main
  struct Point p = {1, 2};  // EVENT: init p 0100000002000000
  struct Line line = {p, {3, 4}};  // EVENT: init line 01000000020000000300000004000000
  struct Point nothing_yet;
  nothing_yet = line.to;  // EVENT: assign nothing_yet 0300000004000000
  line.from = nothing_yet = Moved(p, 2);  // EVENT: assign nothing_yet 0300000002000000, assign line.from 0300000002000000
  struct Point* where = &line.to;  // EVENT: init where pointer
  *where = p;  // EVENT: assign *where 0100000002000000
  count = 5;  // EVENT: assign count 5
  count += 2;  // EVENT: update count 7
  ++count;  // EVENT: step count 8
  count++;  // EVENT: step count 9
  _Complex double z = 1.5;  // EVENT: init z 000000000000f83f0000000000000000
  z = z * z;  // EVENT: assign z 00000000000002400000000000000000
  unsigned __int128 wide = 1;  // EVENT: init wide 0:1
  wide <<= 70;  // EVENT: update wide 64:0
  return line.from.x + line.to.y - 5;  // EVENT: return line.from.x + line.to.y - 5 0
}  // EVENT: exit main
