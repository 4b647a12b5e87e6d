"""`models.py`: Pydantic models for schemas, written by datamodel-code-generator."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

from datamodel_code_generator import InputFileType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType, NamingStrategy
from datamodel_code_generator.format import DatetimeClassType
from datamodel_code_generator.parser import LiteralType

_BASE = "clientele_scaffold_base.Model"
_IMPORT = "from clientele_scaffold_base import Model\n"
_MODEL = '''

class Model(BaseModel):
    """A model whose fields are given by their names, or by those that the API has for them."""

    model_config = ConfigDict(validate_by_name=True, protected_namespaces=())
'''
_HEADER = re.compile(r"\A(#[^\n]*\n)+\s*")
_MODULE = '"""What the API takes and sends."""\n\n'


def models_module(document: dict[str, Any]) -> str:
    """The source of a module with the models of all schemas of a description."""
    if not document["components"]["schemas"]:
        return ""
    with warnings.catch_warnings(action="ignore"):  # Of what it can't say as exactly as the schema does.
        source = generate(
            json.dumps(document),
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            formatters=[],
            allow_remote_refs=False,
            base_class=_BASE,
            disable_timestamp=True,
            enum_field_as_literal=LiteralType.All,
            naming_strategy=NamingStrategy.PrimaryFirst,
            output_datetime_class=DatetimeClassType.Datetime,
            snake_case_field=True,
            strict_nullable=True,
            use_annotated=True,
            use_field_description=True,
            use_schema_description=True,
            use_single_line_docstring=True,
            use_type_alias=True,
        )
    if not isinstance(source, str):
        raise TypeError(f"the models are {type(source).__name__}, not the source of one module")
    return _with_base(_HEADER.sub("", source))


def _with_base(source: str) -> str:
    """The source with its base class in it, in place of the import of that."""
    before, found, after = source.partition(_IMPORT)
    if not found:
        return _MODULE + source
    at = re.search(r"^(?=class |\w+ = )", after, re.MULTILINE)
    split = at.start() if at else len(after)
    imports = f"from pydantic import BaseModel, ConfigDict\n{after[:split]}"
    return f"{_MODULE}{before}{imports}{_MODEL}\n\n{after[split:]}"
