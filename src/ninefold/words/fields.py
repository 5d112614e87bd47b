"""The model field of a multilingual text. The database keeps JSON; the program sees `Text`, checked both ways."""

import json
from typing import Any

from django import forms
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.fields.json import KeyTransform

from ninefold.errors import InvalidError
from ninefold.words.forms import TextFormField
from ninefold.words.text import Text, parse


class TextField(models.JSONField):
    """`Text` in, `Text` out. What the database holds is parsed as strictly as what a person sends."""

    description = "A text in one or several languages"

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> object:
        """The stored text. A key of it (`name__texts__en`) is handed over as it is."""
        plain = super().from_db_value(value, expression, connection)
        return plain if isinstance(expression, KeyTransform) else self.to_python(plain)

    def to_python(self, value: object) -> Text | None:
        """`Text` for a JSON value or its string form (fixtures)."""
        if value is None or isinstance(value, Text):
            return value
        return parse(json.loads(value) if isinstance(value, str) else value)

    def get_db_prep_value(self, value: object, connection: BaseDatabaseWrapper, prepared: bool = False) -> object:
        """What the column keeps. A lookup's right-hand side passes through as it is."""
        plain = value.as_value() if isinstance(value, Text) else value
        return super().get_db_prep_value(plain, connection, prepared)

    def get_db_prep_save(self, value: object, connection: BaseDatabaseWrapper) -> object:
        """Only a `Text` is stored; a bare string has no language."""
        if value is not None and not isinstance(value, Text | models.Expression):
            raise InvalidError("The field {name} keeps a text with its languages; give a Text.", name=self.name)
        plain = value.as_value() if isinstance(value, Text) else value
        return super().get_db_prep_save(plain, connection)

    def value_to_string(self, obj: models.Model) -> str:
        """The JSON of the text, for fixtures."""
        value = self.value_from_object(obj)
        return json.dumps(None if value is None else value.as_value(), ensure_ascii=False)

    def validate(self, value: object, model_instance: models.Model | None) -> None:
        """A text has been checked when it was made; only its absence is left to look at."""
        models.Field.validate(self, value, model_instance)

    def formfield(self, **kwargs: Any) -> forms.Field:  # noqa: ANN401
        """A form field with one textarea a language."""
        return models.Field.formfield(self, **{"form_class": TextFormField, **kwargs})  # type: ignore[return-value]
