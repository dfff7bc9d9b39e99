"""The platform's own pages."""

from django.urls import path

from lms.web.views import (
    check,
    checkpoints,
    desk,
    health,
    home,
    hours,
    legal,
    me,
    papers,
    policies,
    questions,
)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("", home.home, name="home"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<uuid:public_id>/", hours.hours, name="hours-entry"),
    path(
        "hours/<uuid:public_id>/certificate.pdf",
        papers.certificate,
        {"form": "pdf"},
        name="certificate",
    ),
    path(
        "hours/<uuid:public_id>/certificate.json",
        papers.certificate,
        {"form": "json"},
        name="certificate-json",
    ),
    path(
        "hours/<uuid:public_id>/certificate.jwt",
        papers.certificate,
        {"form": "jwt"},
        name="certificate-badge",
    ),
    path("statements/", papers.own_statements, name="statements"),
    path("statements/of/<uuid:public_id>/", papers.statements_of, name="statements-of"),
    path("statements/<str:code>.pdf", papers.statement, {"form": "pdf"}, name="statement"),
    path("statements/<str:code>.json", papers.statement, {"form": "json"}, name="statement-json"),
    path("desk/", desk.desk, name="desk"),
    path("desk/decided/", desk.decided, name="desk-decided"),
    path("desk/decide/", desk.decide, name="desk-decide"),
    path("desk/<uuid:public_id>/", desk.entry, name="desk-entry"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<uuid:public_id>/", questions.question, name="question"),
    path("flags/<uuid:public_id>/", questions.flag, name="flag"),
    path("check/", check.check, name="check"),
    # On paper, in every QR code: this address must never change.
    path("check/<str:code>/", check.check_code, name="check-code"),
    path("checkpoints/", checkpoints.checkpoints, name="checkpoints"),
    path("checkpoints/latest.json", checkpoints.latest, name="checkpoint-latest"),
    path("checkpoints/<int:size>.json", checkpoints.file, name="checkpoint-file"),
    path("checkpoints/witness/", checkpoints.witness, name="checkpoint-witness"),
    path("privacy/", legal.privacy, name="privacy"),
    path("terms/", legal.terms, name="terms"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:slug>/", policies.policy, name="policy"),
    path("policies/<slug:slug>/<int:number>/", policies.policy, name="policy-version"),
    path(".well-known/did.json", check.did, name="did"),
    path("me/", me.me, name="me"),
    path("me/data.json", me.data, name="me-data"),
]
