/** What `npm run check` asks of the code beyond the compiler. */
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['node_modules/', 'index/', 'coverage/', '**/*.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
    },
  },
)
