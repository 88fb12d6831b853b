"""Lets plain `rasa train` find a domain that is split into a folder.

Rasa looks for `domain.yml` unless told `--domain domain`.
"""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Union

from rasa.shared.importers.rasa import RasaFileImporter


class DomainFolderImporter(RasaFileImporter):
    """Rasa's own importer, with the folder `domain` beside the configuration where no domain file is given."""

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[Union[List[str], str]] = None,
    ) -> None:
        if domain_path is None or not Path(domain_path).exists():
            domain_path = str(Path(config_file or "config.yml").with_name("domain"))
        super().__init__(config_file, domain_path, training_data_paths)
