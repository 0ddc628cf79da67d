// Matching file names against patterns: fnmatch(3). The extended patterns of ksh are left out: FNM_EXTMATCH.
#ifndef _FNMATCH_H
#define _FNMATCH_H

#define FNM_PATHNAME 1
#define FNM_FILE_NAME FNM_PATHNAME
#define FNM_NOESCAPE 2
#define FNM_PERIOD 4
#define FNM_LEADING_DIR 8
#define FNM_CASEFOLD 16
#define FNM_NOMATCH 1

int fnmatch(const char* pattern, const char* text, int flags);

#endif
