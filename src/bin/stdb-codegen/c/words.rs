//! Names that mean something in C or C++ already, in the language, in their libraries or in the systems' headers that
//! programs commonly include.

/// Names that nothing of ours may have, members of structs and parameters included: keywords and macros.
pub const EVERYWHERE: &str = "
alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class co_await
co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace
new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict
return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
typedef typeid typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq
complex imaginary noreturn errno stdin stdout stderr NULL EOF linux unix near far interface small hyper
I TRUE FALSE BOOL CALLBACK ERROR DELETE IN
OUT OPTIONAL CONST VOID SEEK_SET SEEK_CUR SEEK_END RAND_MAX EXIT_SUCCESS EXIT_FAILURE BUFSIZ FILENAME_MAX INFINITY NAN
HUGE_VAL DOMAIN OVERFLOW UNDERFLOW PAGE_SIZE
";

/// Names that no function, type or constant of ours may have besides.
pub const GLOBAL: &str = "
abort abs accept access acos acosh alarm aligned_alloc alloca asctime asin asinh at_quick_exit atan atan2 atanh atexit
atof atoi atol atoll bcmp bcopy bind brk bsearch bzero cabs calloc carg cbrt ceil chdir chmod chown clearerr clock clone
close closedir confstr connect copysign cos cosh creat crypt ctermid ctime daemon difftime div dprintf dup dup2 encrypt
endgrent endpwent environ erf erfc exec execl execle execlp execv execve execvp exit exp exp2 expm1 fabs fchdir fchmod
fchown fclose fcntl fdatasync fdim fdopen feof ferror fflush fgetc fgetpos fgets fileno flock flockfile floor fma fmax
fmin fmod fopen fork fpathconf fprintf fputc fputs fread free freopen frexp fscanf fseek fsetpos fstat fsync ftell
ftok ftruncate ftrylockfile funlockfile fwrite gamma getc getchar getcwd getegid getenv geteuid getgid getgroups
gethostname getline getlogin getopt getpgrp getpid getppid gets getsid getsockname getsockopt getuid getw glob gmtime
hypot ilogb imaxabs imaxdiv index inet ioctl isalnum isalpha isatty isblank iscntrl isdigit isgraph islower isprint
ispunct isspace isupper isxdigit j0 j1 jn jrand48 kill killpg labs lchown ldexp ldiv lgamma link listen llabs lldiv
llrint llround localeconv localtime lockf log log10 log1p log2 logb longjmp lrint lround lseek lstat main malloc mblen
memchr memcmp memcpy memmove memset mkdir mkfifo mknod mkstemp mktime mmap modf mprotect msync munlock munmap mlock nan
nanosleep nearbyint nextafter nice open opendir optarg opterr optind optopt pathconf pause pclose perror pipe poll popen
pow pread printf ptrace putc putchar putenv puts pwrite qsort quick_exit raise rand random read readdir readlink readv
realloc realpath reboot recv recvfrom recvmsg regcomp regexec remainder remove remquo rename rewind rewinddir rindex rint
rmdir round sbrk scalb scandir scanf select send sendmsg sendto setbuf setegid setenv seteuid setgid setlocale setpgid
setsid setsockopt setuid setvbuf shutdown sigaction signal signbit significand sin sinh sleep snprintf socket socketpair
sprintf sqrt srand srandom sscanf stat stime stpcpy strcat strchr strcmp strcpy strdup strerror strlen strncmp strncpy
strstr strtod strtol strtok swab swapoff swapon symlink sync syscall sysconf sysinfo system tan tanh tee telldir tgamma
time timegm timer times timezone tmpfile tmpnam tolower toupper trunc truncate ttyname tzname tzset ualarm umask umount
uname ungetc unlink unsetenv usleep utime vfork vhangup vprintf wait wait3 wait4 waitpid wcslen wctomb write writev y0 y1
yn assert major makedev max min minor offsetof setjmp va_arg va_copy va_end va_start FILE DIR clock_t size_t ssize_t time_t std module_bindings
";

/// All words of a list.
pub fn of(list: &str) -> impl Iterator<Item = &str> {
    list.split_whitespace()
}

/// What the library's own header defines.
pub fn of_the_library() -> impl Iterator<Item = &'static str> {
    const HEADER: &str = include_str!("../../../../include/stdb.h");
    HEADER
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("stdb_") || word.starts_with("STDB_"))
}
