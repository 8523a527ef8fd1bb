// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
//
// Prints its arguments and a floating-point number, and exits with the number of arguments.

#include <stdio.h>

int main(int argc, char **argv)
{
    printf("%d arguments\n", argc);
    for (int i = 0; i < argc; i++) {
        puts(argv[i]);
    }
    printf("%.1Lf\n", 3.0L / (argc - 1));
    return argc;
}
