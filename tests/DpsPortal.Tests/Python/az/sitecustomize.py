"""Prepares Azure's command line for a test; Python reads this file before anything else."""
import importlib.util
import os
import socket
import sys

# What a line in the hosts file does, which a test must not write.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more)


class Identifiers:
    """Debian's package lacks a module that reads ids of keys, and has a copy of it in another place. Asked only for what is not there."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "azure.keyvault.key_vault_id":
            return None
        folder = importlib.util.find_spec("azure.cli.command_modules.keyvault").submodule_search_locations[0]
        return importlib.util.spec_from_file_location(name, os.path.join(folder, "vendored_sdks", "azure_keyvault_t1", "key_vault_id.py"))


sys.meta_path.append(Identifiers)
