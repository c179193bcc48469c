/* Verdicts for programs: JSON, and JUnit's XML for continuous integration. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "check.h"
#include "config/utf8.h"

static void json_draws(struct json *j, const struct lemma_claim_type *claim,
                       const struct lemma_finding *f)
{
    if (claim->kind == LEMMA_SURE)
        return;
    json_count(j, "draws", (int64_t) f->draws);
    if (claim->kind == LEMMA_LIKELY) {
        json_count(j, "failures", (int64_t) f->failures);
        json_real(j, "delta", f->delta);
    } else
        json_real(j, "mean", f->mean);
}

/* Constants and tables that the judge asked for. */
static void json_evidence(struct json *j, const struct lemma_evidence *e)
{
    const char *name;
    double value;

    json_object(j, "constants");
    for (size_t i = 0; (name = lemma_evidence_read(e, i, &value)); i++)
        if (!isnan(value))
            json_real(j, name, value);
    json_close(j, '}');
    json_array(j, "tables");
    for (size_t i = 0; (name = lemma_evidence_read(e, i, &value)); i++)
        if (isnan(value))
            json_text(j, NULL, name);
    json_close(j, ']');
}

static void json_curve(struct json *j, const struct lemma_curve *curve)
{
    json_object(j, "curve");
    json_array(j, "step");
    for (size_t i = 0; i < curve->count; i++)
        json_count(j, NULL, (int64_t) curve->points[i].step);
    json_close(j, ']');
    json_array(j, "slack");
    for (size_t i = 0; i < curve->count; i++)
        json_real(j, NULL, curve->points[i].slack);
    json_close(j, ']');
    json_array(j, "measured");
    for (size_t i = 0; i < curve->count; i++)
        json_real(j, NULL, curve->points[i].measured);
    json_close(j, ']');
    json_array(j, "bound");
    for (size_t i = 0; i < curve->count; i++)
        json_real(j, NULL, curve->points[i].bound);
    json_close(j, ']');
    json_close(j, '}');
}

void check_json(struct json *j, const struct lemma_claim_type *claim,
                const struct lemma_finding *f, const struct lemma_evidence *e)
{
    json_object(j, NULL);
    json_text(j, "claim", claim->name);
    json_text(j, "verdict", lemma_verdict_name(f->verdict));
    json_text(j, "kind", lemma_kind_name(claim->kind));
    json_text(j, "status", claim->status);
    json_text(j, "reason", f->reason[0] ? f->reason : NULL);
    json_count(j, "rows", (int64_t) f->rows);
    json_real(j, "slack", f->slack);
    json_real(j, "measured", f->measured);
    json_real(j, "bound", f->bound);
    json_text(j, "inequality", f->tightest);
    json_count(j, "step", (int64_t) f->step);
    if (f->place != LEMMA_NOWHERE)
        json_count(j, claim->place, (int64_t) f->place);
    json_text(j, "vacuous", f->vacuous ? "yes" : "no");
    json_draws(j, claim, f);
    json_object(j, "numbers");
    for (size_t i = 0; i < f->note_count; i++)
        json_real(j, f->notes[i].symbol, f->notes[i].value);
    json_close(j, '}');
    if (e)
        json_evidence(j, e);
    if (e && lemma_evidence_curve(e))
        json_curve(j, lemma_evidence_curve(e));
    json_close(j, '}');
}

/* Char of XML 1.0; lemma_utf8_decode knows no surrogates. */
static bool is_xml(uint32_t code)
{
    return code >= 0x20 ? code != 0xFFFE && code != 0xFFFF
                        : code == '\t' || code == '\n' || code == '\r';
}

/* Text between tags and in attributes. What XML cannot have becomes U+FFFD. */
static void xml(FILE *out, const char *text)
{
    size_t left = strlen(text), used;
    uint32_t code;

    for (; left > 0; text += used, left -= used) {
        used = lemma_utf8_decode(text, left, &code);
        if (used == 0 || !is_xml(code))
            code = 0xFFFD;
        if (code == 0xFFFD || lemma_utf8_awkward(code) || strchr("&<>\"", *text))
            fprintf(out, "&#%" PRIu32 ";", code);
        else
            fwrite(text, 1, used, out);
        used = used ? used : 1;
    }
}

void check_junit_begin(FILE *out)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"lemma "
          "check\">\n",
          out);
}

void check_junit_end(FILE *out)
{
    fputs("</testsuites>\n", out);
}

void check_junit_case(FILE *out, const char *suite, const struct check_case *c)
{
    fputs("    <testcase classname=\"", out);
    xml(out, suite);
    fputs("\" name=\"", out);
    xml(out, c->name);
    fputs("\">", out);
    if (c->fails) {
        fputs("<failure message=\"", out);
        xml(out, c->text);
        fputs("\">", out);
        xml(out, c->statement);
        fputs("</failure>", out);
    } else if (c->verdict != LEMMA_HOLDS) {
        fputs("<skipped message=\"", out);
        xml(out, lemma_verdict_name(c->verdict));
        fputs(": ", out);
        xml(out, c->text);
        fputs("\"/>", out);
    }
    fputs("</testcase>\n", out);
}

void check_junit_open(FILE *out, const char *name, size_t tests, size_t failures,
                      size_t skipped)
{
    fputs("  <testsuite name=\"", out);
    xml(out, name);
    fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\" errors=\"0\">\n",
            tests, failures, skipped);
}

void check_junit_close(FILE *out)
{
    fputs("  </testsuite>\n", out);
}

void check_junit_suite(FILE *out, const char *name, const struct check_result *results,
                       size_t count, bool strict)
{
    size_t failures = 0, skipped = 0;
    char text[CHECK_TEXT];

    for (size_t i = 0; i < count; i++) {
        bool fails = check_fails(results[i].claim, &results[i].finding, strict);

        failures += fails;
        skipped += !fails && results[i].finding.verdict != LEMMA_HOLDS;
    }
    check_junit_open(out, name, count, failures, skipped);
    for (size_t i = 0; i < count; i++) {
        const struct check_result *r = &results[i];

        check_describe(r->claim, &r->finding, text);
        check_junit_case(
            out, name,
            &(struct check_case){r->claim->name, text, r->claim->statement,
                                 r->finding.verdict,
                                 check_fails(r->claim, &r->finding, strict)});
    }
    check_junit_close(out);
}
