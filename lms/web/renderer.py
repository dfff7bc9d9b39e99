"""How forms are rendered: `{{ form }}` and `{{ field.as_field_group }}` come out in the platform's own layout."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Django's renderer with our form and field templates; widgets stay Django's."""

    form_template_name = "lms/form.html"
    field_template_name = "lms/field.html"
