#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char* cache = getenv("THUMBNAIL_CACHE_THAT_IS_NOT_SET");
  printf("the cache is in %c...\n", cache[0]);
  return 0;
}
