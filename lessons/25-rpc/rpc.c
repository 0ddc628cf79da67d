/* The messages of RFC 5531, 9. */
#include "rpc.h"

#include <unistd.h>

/* RFC 5531, appendix A: struct authsys_parms. */
static void put_credentials(struct xdr *out, uint32_t stamp) {
    unsigned char body[64];
    struct xdr parameters = {body, sizeof body, 0, 0};
    xdr_put_unsigned(&parameters, stamp);
    xdr_put_string(&parameters, "localhost");
    xdr_put_unsigned(&parameters, getuid());
    xdr_put_unsigned(&parameters, getgid());
    xdr_put_unsigned(&parameters, 0); /* no other groups */
    xdr_put_unsigned(out, AUTH_SYS);
    xdr_put_opaque(out, body, parameters.at);
}

static void put_no_verifier(struct xdr *out) {
    xdr_put_unsigned(out, AUTH_NONE);
    xdr_put_opaque(out, "", 0);
}

void put_call(struct xdr *out, const struct call *call, uint32_t stamp) {
    xdr_put_unsigned(out, call->xid);
    xdr_put_unsigned(out, CALL);
    xdr_put_unsigned(out, RPC_VERSION);
    xdr_put_unsigned(out, call->program);
    xdr_put_unsigned(out, call->version);
    xdr_put_unsigned(out, call->procedure);
    put_credentials(out, stamp);
    put_no_verifier(out);
}

int get_call(struct xdr *in, struct call *call) {
    unsigned char verifier[AUTH_BYTES];
    call->xid = xdr_get_unsigned(in);
    if (xdr_get_unsigned(in) != CALL)
        return 0;
    call->rpc_version = xdr_get_unsigned(in);
    if (!in->is_bad && call->rpc_version != RPC_VERSION)
        return 1; /* what follows may look otherwise in another version */
    call->program = xdr_get_unsigned(in);
    call->version = xdr_get_unsigned(in);
    call->procedure = xdr_get_unsigned(in);
    call->flavor = xdr_get_unsigned(in);
    call->credentials_length = xdr_get_opaque(in, call->credentials, AUTH_BYTES);
    xdr_get_unsigned(in); /* the verifier's flavor: neither AUTH_NONE nor AUTH_SYS has a use for one */
    xdr_get_opaque(in, verifier, AUTH_BYTES);
    return !in->is_bad;
}

void put_accepted(struct xdr *out, uint32_t xid, enum accept_stat status) {
    xdr_put_unsigned(out, xid);
    xdr_put_unsigned(out, REPLY);
    xdr_put_unsigned(out, MSG_ACCEPTED);
    put_no_verifier(out);
    xdr_put_unsigned(out, status);
}

void put_denied(struct xdr *out, uint32_t xid, enum reject_stat status) {
    xdr_put_unsigned(out, xid);
    xdr_put_unsigned(out, REPLY);
    xdr_put_unsigned(out, MSG_DENIED);
    xdr_put_unsigned(out, status);
}

const char *get_reply(struct xdr *in) {
    static const char *const problems[] = {NULL,
                                           "the server has no such program",
                                           "the server has no such version",
                                           "the program has no such procedure",
                                           "the server did not understand the arguments",
                                           "the server has a problem"};
    unsigned char verifier[AUTH_BYTES];
    xdr_get_unsigned(in); /* the xid, which has been looked at */
    if (xdr_get_unsigned(in) != REPLY)
        return "this is no reply";
    if (xdr_get_unsigned(in) != MSG_ACCEPTED)
        return "the server does not speak with us";
    xdr_get_unsigned(in);
    xdr_get_opaque(in, verifier, AUTH_BYTES);
    uint32_t status = xdr_get_unsigned(in);
    if (in->is_bad || status > SYSTEM_ERR)
        return "the reply is garbled";
    return problems[status];
}
