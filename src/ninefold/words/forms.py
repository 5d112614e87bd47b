"""The form field of a multilingual text: one textarea a language and the choice of the authoritative one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ninefold.errors import InvalidError
from ninefold.words.languages import LANGUAGES, SOURCE, language
from ninefold.words.text import LONGEST, Text, written


class TextWidget(forms.Widget):
    """Textareas named `<name>_<language>`, each with its own `lang` and `dir`, and `<name>_authoritative`."""

    template_name = "words/text_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, rows: int = 4) -> None:
        super().__init__(attrs)
        self.rows = rows

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> dict[str, str]:
        """What was sent, unchecked: the languages and `authoritative`."""
        parts = (*LANGUAGES, "authoritative")
        return {part: str(data.get(f"{name}_{part}", "")) for part in parts}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: object, name: str) -> bool:
        """Whether no part of the field was sent."""
        return not any(f"{name}_{part}" in data for part in LANGUAGES)

    def id_for_label(self, id_: str) -> str:
        """The group carries the label."""
        return id_

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The textareas for the template, those with words first open."""
        context = super().get_context(name, None, attrs)
        versions = {version.language: version for version in value.versions} if isinstance(value, Text) else {}
        sent = value if isinstance(value, dict) else {}
        chosen = value.authoritative if isinstance(value, Text) else sent.get("authoritative") or _readers()
        context["widget"]["rows"] = self.rows
        context["widget"]["longest"] = LONGEST
        context["widget"]["languages"] = [
            {
                "language": language(code),
                "text": versions[code].text if code in versions else sent.get(code, ""),
                "machine_made": code in versions and versions[code].machine_made,
                "authoritative": code == chosen,
            }
            for code in LANGUAGES
        ]
        return context


class TextFormField(forms.Field):
    """Cleans to a `Text` without translators; the action that stores it names them (`Text.revised`, `text.written`)."""

    widget = TextWidget
    default_error_messages = {"required": gettext_lazy("Write the text in at least one language.")}

    def __init__(self, *, max_length: int = LONGEST, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.max_length = max_length

    def to_python(self, value: object) -> Text | None:
        """The text that was sent; its error is said in the reader's language."""
        if isinstance(value, Text):
            return value
        if not isinstance(value, Mapping):
            return None
        texts = {code: str(value.get(code, "")) for code in LANGUAGES}
        if not any(words.strip() for words in texts.values()):
            return None
        try:
            text = written(texts, authoritative=str(value.get("authoritative", "")))
        except InvalidError as error:
            raise ValidationError(_(error.text).format(**error.values)) from error
        self._require_short(text)
        return text

    def has_changed(self, initial: Text | None, data: object) -> bool:
        """Whether the words or the authoritative language differ."""
        try:
            new = self.to_python(data)
        except ValidationError:
            return True
        return _words(initial) != _words(new)

    def _require_short(self, text: Text) -> None:
        for version in text.versions:
            if len(version.text) > self.max_length:
                raise ValidationError(
                    _("The text in {code} has {count} characters; shorten it to {most}.").format(
                        code=version.language, count=len(version.text), most=self.max_length
                    )
                )


def _words(text: Text | None) -> tuple[object, ...]:
    if text is None:
        return ()
    return (text.authoritative, *((version.language, version.text) for version in text.versions))


def _readers() -> str:
    """The language of the page: whoever fills in a form writes in it unless he says otherwise."""
    code = get_language() or SOURCE
    return code if code in LANGUAGES else SOURCE
