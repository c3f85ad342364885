using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Backups;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeyBackup))]
[JsonSerializable(typeof(BackupBody))]
internal sealed partial class BackupJson : JsonSerializerContext;
