#include "plural.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* The longest expression in use (Arabic, Breton, Manx) takes about 50 nodes. */
enum { NODES_MAX = 250, DEPTH_MAX = 40, FORMS_MAX = 10 };

enum op {
    OP_NUMBER,
    OP_N,
    OP_NOT,
    OP_IF,
    OP_OR,
    OP_AND,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
};

struct node {
    unsigned char op;
    unsigned char arg[3]; /* indexes of nodes, always lower than this one's own */
    unsigned long number;
};

struct plural {
    unsigned forms;
    size_t n_nodes;
    struct node node[NODES_MAX];
};

/* Longer spellings first: "<" must not eat half of "<=". */
static const struct {
    const char *text;
    unsigned char precedence; /* 1 binds least */
    unsigned char op;
} operators[] = {
    { "||", 1, OP_OR }, { "&&", 2, OP_AND }, { "==", 3, OP_EQ }, { "!=", 3, OP_NE }, { "<=", 4, OP_LE },
    { ">=", 4, OP_GE }, { "<", 4, OP_LT },   { ">", 4, OP_GT },  { "+", 5, OP_ADD }, { "-", 5, OP_SUB },
    { "*", 6, OP_MUL }, { "/", 6, OP_DIV },  { "%", 6, OP_MOD },
};

struct parser {
    const char *at;
    struct plural *plural;
    int depth;
    const char *fault; /* the first thing wrong, or NULL */
};

/* Every parse function returns the index of its node; once `fault` is set the index means nothing. */
static unsigned char parse_ternary(struct parser *p);

static unsigned char fail(struct parser *p, const char *fault)
{
    if (!p->fault) {
        p->fault = fault;
    }
    return 0;
}

static void skip_space(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\t') {
        p->at++;
    }
}

static bool take(struct parser *p, const char *text)
{
    skip_space(p);
    size_t len = strlen(text);
    if (strncmp(p->at, text, len) != 0) {
        return false;
    }
    p->at += len;
    return true;
}

static unsigned char add_node(struct parser *p, struct node node)
{
    struct plural *plural = p->plural;

    if (plural->n_nodes == NODES_MAX) {
        return fail(p, "it is too long");
    }
    plural->node[plural->n_nodes] = node;
    return (unsigned char)plural->n_nodes++;
}

static unsigned long take_number(struct parser *p)
{
    unsigned long number = 0;

    skip_space(p);
    if (*p->at < '0' || *p->at > '9') {
        fail(p, "a number is missing");
    }
    for (; *p->at >= '0' && *p->at <= '9'; p->at++) {
        if (number > (UINT_MAX - 9) / 10) {
            fail(p, "a number is too large");
            break;
        }
        number = number * 10 + (unsigned long)(*p->at - '0');
    }
    return number;
}

static unsigned char parse_operand(struct parser *p)
{
    unsigned char result;

    if (++p->depth > DEPTH_MAX) {
        return fail(p, "it is nested too deeply");
    }
    if (take(p, "!")) {
        result = parse_operand(p);
        result = add_node(p, (struct node){ .op = OP_NOT, .arg = { result } });
    } else if (take(p, "(")) {
        result = parse_ternary(p);
        if (!take(p, ")")) {
            fail(p, "a closing bracket is missing");
        }
    } else if (take(p, "n")) {
        result = add_node(p, (struct node){ .op = OP_N });
    } else {
        result = add_node(p, (struct node){ .op = OP_NUMBER, .number = take_number(p) });
    }
    p->depth--;
    return result;
}

/* Operators of at least this precedence, grouped to the left. */
static unsigned char parse_binary(struct parser *p, unsigned char least)
{
    unsigned char left = parse_operand(p);

    while (!p->fault) {
        size_t i = 0;
        const size_t n = sizeof operators / sizeof operators[0];

        skip_space(p);
        while (i < n && strncmp(p->at, operators[i].text, strlen(operators[i].text)) != 0) {
            i++;
        }
        if (i == n || operators[i].precedence < least) {
            break;
        }
        p->at += strlen(operators[i].text);
        unsigned char right = parse_binary(p, (unsigned char)(operators[i].precedence + 1));
        left = add_node(p, (struct node){ .op = operators[i].op, .arg = { left, right } });
    }
    return left;
}

static unsigned char parse_ternary(struct parser *p)
{
    if (++p->depth > DEPTH_MAX) {
        return fail(p, "it is nested too deeply");
    }
    unsigned char result = parse_binary(p, 1);
    if (!p->fault && take(p, "?")) {
        unsigned char yes = parse_ternary(p);
        if (!take(p, ":")) {
            fail(p, "a colon is missing");
        }
        if (!p->fault) {
            unsigned char no = parse_ternary(p);
            result = add_node(p, (struct node){ .op = OP_IF, .arg = { result, yes, no } });
        }
    }
    p->depth--;
    return result;
}

struct plural *plural_parse(const char *spec, struct err *err)
{
    struct plural *plural = mem_alloc(sizeof *plural);
    struct parser p = { .at = spec, .plural = plural };
    unsigned long forms = 0;

    if (!take(&p, "nplurals") || !take(&p, "=")) {
        fail(&p, "nplurals= is missing");
    } else {
        forms = take_number(&p);
    }
    if (!p.fault && (forms < 1 || forms > FORMS_MAX)) {
        fail(&p, "nplurals is not from 1 to 10");
    }
    if (!p.fault && (!take(&p, ";") || !take(&p, "plural") || !take(&p, "="))) {
        fail(&p, "plural= is missing");
    }
    if (!p.fault) {
        parse_ternary(&p); /* its node comes last: evaluation starts there */
    }
    take(&p, ";");
    skip_space(&p);
    if (!p.fault && *p.at != '\0' && *p.at != '\n') {
        fail(&p, "something unknown is in it");
    }
    if (p.fault) {
        err_set(err, "the Plural-Forms line cannot be understood: %s", p.fault);
        free(plural);
        return NULL;
    }
    plural->forms = (unsigned)forms;
    return plural;
}

struct plural *plural_default(void)
{
    return plural_parse("nplurals=2; plural=n != 1;", NULL);
}

void plural_free(struct plural *plural)
{
    free(plural);
}

unsigned plural_forms(const struct plural *plural)
{
    return plural->forms;
}

static unsigned long divide(unsigned long a, unsigned long b, bool rest, bool *ok)
{
    if (b == 0) {
        *ok = false;
        return 0;
    }
    return rest ? a % b : a / b;
}

/* No deeper than there are nodes, since an argument stands before its operator. */
static unsigned long evaluate(const struct plural *plural, size_t at, unsigned long n, bool *ok)
{
    const struct node *node = &plural->node[at];

    if (node->op == OP_NUMBER) {
        return node->number;
    }
    if (node->op == OP_N) {
        return n;
    }
    unsigned long a = evaluate(plural, node->arg[0], n, ok);
    switch (node->op) { /* those that do not need both sides */
    case OP_NOT:
        return !a;
    case OP_IF:
        return evaluate(plural, node->arg[a ? 1 : 2], n, ok);
    case OP_OR:
        return a || evaluate(plural, node->arg[1], n, ok);
    case OP_AND:
        return a && evaluate(plural, node->arg[1], n, ok);
    default:
        break;
    }
    unsigned long b = evaluate(plural, node->arg[1], n, ok);
    switch (node->op) {
    case OP_EQ:
        return a == b;
    case OP_NE:
        return a != b;
    case OP_LT:
        return a < b;
    case OP_LE:
        return a <= b;
    case OP_GT:
        return a > b;
    case OP_GE:
        return a >= b;
    case OP_ADD:
        return a + b;
    case OP_SUB:
        return a - b;
    case OP_MUL:
        return a * b;
    default:
        return divide(a, b, node->op == OP_MOD, ok);
    }
}

unsigned plural_index(const struct plural *plural, unsigned long n)
{
    bool ok = true;
    unsigned long index = evaluate(plural, plural->n_nodes - 1, n, &ok);

    return ok && index < plural->forms ? (unsigned)index : 0;
}
