import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { FunctionBundler } from './function-bundler';

/** The code of a function, in the terms of the Terraform resource, and what identifies it. */
export interface FunctionPackage {
  readonly arguments:
    | {
        readonly packageType: 'Zip';
        readonly runtime: 'nodejs22.x';
        readonly handler: 'index.handler';
        readonly filename: string;
        readonly sourceCodeHash: string;
      }
    | { readonly packageType: 'Image'; readonly imageUri: string };
  /** The digest as Lambda reports it: of the zip in base64, of the image in hexadecimal. */
  readonly codeSha256: string;
  /** The first twelve hexadecimal digits of the digest: a name for what runs that people can compare. */
  readonly release: string;
}

const IMAGE_BY_DIGEST = /^[^@:]+@sha256:([0-9a-f]{64})$/;

// Lives as long as the process, as its cache does: several stacks use the same functions.
const bundler = new FunctionBundler();

/** The function's code from lambda/, bundled and zipped, as an asset of the stack. */
export function zipPackage(scope: Construct, id: string, functionName: string): FunctionPackage {
  const { zipPath, sha256 } = bundler.bundle(functionName);
  const asset = new TerraformAsset(scope, id, {
    path: zipPath,
    type: AssetType.FILE,
    // Part of the path in the output, which is the only trace of the file there.
    assetHash: sha256.slice(0, 32),
  });
  const codeSha256 = Buffer.from(sha256, 'hex').toString('base64');
  return {
    arguments: {
      packageType: 'Zip',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      filename: asset.path,
      sourceCodeHash: codeSha256,
    },
    codeSha256,
    release: sha256.slice(0, 12),
  };
}

/**
 * A container image.
 * @throws Error when the image is not named by its digest: a tag can move, and Terraform would not notice
 */
export function imagePackage(imageUri: string): FunctionPackage {
  const [, digest] = IMAGE_BY_DIGEST.exec(imageUri) ?? [];
  if (digest === undefined) {
    throw new Error(
      `imageUri must name an image by its digest (<repository>@sha256:<64 hexadecimal digits>), got "${imageUri}"; take the digest that the push printed`,
    );
  }
  return { arguments: { packageType: 'Image', imageUri }, codeSha256: digest, release: digest.slice(0, 12) };
}
