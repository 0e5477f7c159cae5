/* QR codes for terminals: half blocks, black on white whatever the colours of
 * the terminal, with the four-module margin that phones want. */
#ifndef CLI_QR_H
#define CLI_QR_H

/* Print text as a code on standard output; silent when it does not fit one. */
void cli_qr(const char *text);

#endif /* CLI_QR_H */
