// STANDARD: gnu99
// FLAGS: -fblocks
void* _NSConcreteStackBlock[32];
void* _NSConcreteGlobalBlock[32];
void _Block_object_dispose(const void* object, int flags) { (void)object, (void)flags; }  // EVENT: enter _Block_object_dispose, param object pointer, param flags 8, exit _Block_object_dispose
void _Block_object_assign(void* to, const void* from, int flags) { *(const void**)to = from, (void)flags; }
static int apply(int (^block)(int), int n) { return block(n); }  // EVENT: enter apply, param n 4, return block(n) 8, exit apply
int main(void) {  // EVENT: enter main
  int base = 10;  // EVENT: init base 10
  __block int calls = 0;  // EVENT: init calls 0
  int (^add)(int) = ^(int n) {  // EVENT: enter <block>, param n 1
    int sum = base + n;  // EVENT: init sum 11
    calls++;  // EVENT: step calls 1
    return sum;  // EVENT: return sum 11
  };  // EVENT: exit <block>
  int a = add(1);  // EVENT: init a 11
  int b = apply(^(int x) { return x * 2; }, 4);  // EVENT: enter <block>, param x 4, return x * 2 8, exit <block>, init b 8
  return a + b + calls - 20;  // EVENT: return a + b + calls - 20 0
}  // EVENT: exit main
