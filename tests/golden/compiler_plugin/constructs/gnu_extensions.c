// STANDARD: c11
int main(int argc, char** argv) {  // EVENT: enter main, param argc 1, param argv pointer
  (void)argv;
  int value = argc ?: 5;  // EVENT: branch argc 1, init value 1
  int twice = ({  // EVENT: init twice 4
    int inner = value + 1;  // EVENT: init inner 2
    inner * 2;
  });
  static void* targets[] = {&&first, &&second};
  goto* targets[argc];
first:
  value = 3;
second:
  return twice - 4;  // EVENT: return twice - 4 0
}  // EVENT: exit main
