/* Reads where there is no memory. */
int main(void) { return *(volatile int*)0x1230; }
