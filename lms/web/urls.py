"""The platform's own pages."""

from django.urls import path

from lms.web.views import certificates, checkpoints, desk, health, home, hours, legal, me, policies

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("", home.home, name="home"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<uuid:public_id>/", hours.hours, name="hours-entry"),
    path("hours/<uuid:public_id>/certificate.pdf", certificates.certificate, name="certificate"),
    path("desk/", desk.desk, name="desk"),
    path("desk/decided/", desk.decided, name="desk-decided"),
    path("desk/decide/", desk.decide, name="desk-decide"),
    path("desk/<uuid:public_id>/", desk.entry, name="desk-entry"),
    path("check/", certificates.check, name="check"),
    # On paper, in every QR code: this address must never change.
    path("check/<str:code>/", certificates.check_code, name="check-code"),
    path("checkpoints/", checkpoints.checkpoints, name="checkpoints"),
    path("checkpoints/latest.json", checkpoints.latest, name="checkpoint-latest"),
    path("checkpoints/<int:size>.json", checkpoints.file, name="checkpoint-file"),
    path("checkpoints/witness/", checkpoints.witness, name="checkpoint-witness"),
    path("privacy/", legal.privacy, name="privacy"),
    path("terms/", legal.terms, name="terms"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:slug>/", policies.policy, name="policy"),
    path("policies/<slug:slug>/<int:number>/", policies.policy, name="policy-version"),
    path("me/", me.me, name="me"),
    path("me/data.json", me.data, name="me-data"),
]
